import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hive } from './run-cli.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln';
const CALLER = { principal: 'oidc:https://login.example.com#ada', name: 'ada', kind: 'oidc', roles: [], tenants: [] };

let server: Server;
let url: string;
let folder: string;
let calls: { path: string; authorization: string | undefined }[];
let answer: { status: number; body: unknown };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hive-sign-in-'));
  server = createServer((request: IncomingMessage, response) => {
    calls.push({ path: request.url ?? '', authorization: request.headers.authorization });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server.close(closed));
});
beforeEach(() => {
  calls = [];
  answer = { status: 200, body: CALLER };
});

describe('Whoever has signed in with an issuer', () => {
  it('calls the sign-in API with their token, and needs no AWS credentials', async () => {
    const { status, stdout } = await hive(['access', 'whoami', '--json'], {
      env: { HIVE_OIDC_TOKEN: TOKEN, HIVE_SIGN_IN_URL: url },
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(CALLER);
    expect(calls).toEqual([{ path: '/dev/v1/access/caller', authorization: `Bearer ${TOKEN}` }]);
  });

  it('may have it in a file, which goes before the environment', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    answer = { status: 200, body: { id: 'p-1', phase: 'paused', changed: true } };
    const { status } = await hive(['pause', 'p-1', '--why', 'drill', '--oidc-token-file', file], {
      env: { HIVE_OIDC_TOKEN: 'a.b.other', HIVE_SIGN_IN_URL: url },
    });
    expect(status).toBe(0);
    expect(calls).toEqual([{ path: '/dev/v1/plans/p-1/pause', authorization: `Bearer ${TOKEN}` }]);
  });

  it('is told to sign in again when the token is not taken', async () => {
    answer = { status: 401, body: { message: 'Unauthorized' } };
    const { status, stderr } = await hive(['pause', 'p-1', '--why', 'drill'], {
      env: { HIVE_OIDC_TOKEN: TOKEN, HIVE_SIGN_IN_URL: url },
    });
    expect(status).toBe(7);
    expect(stderr).toContain('sign in with your issuer again');
  });

  it('is refused, and nothing shown of it, where what they have is no token', async () => {
    const { status, stderr, stdout } = await hive(['access', 'whoami'], {
      env: { HIVE_OIDC_TOKEN: 'hunter2', HIVE_SIGN_IN_URL: url },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('OIDC_TOKEN_INVALID');
    expect(stderr + stdout).not.toContain('hunter2');
    const missing = await hive(['access', 'whoami', '--oidc-token-file', join(folder, 'none')], { env: {} });
    expect(missing.stderr).toContain('FILE_UNREADABLE');
  });

  it('does not have it sent in the clear', async () => {
    const { status, stderr } = await hive(['access', 'whoami'], {
      env: { HIVE_OIDC_TOKEN: TOKEN, HIVE_SIGN_IN_URL: 'http://hive.example.com' },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('SIGN_IN_URL_INVALID');
    expect(calls).toEqual([]);
  });
});

describe('hive agent enrol', () => {
  const env = { HIVE_OIDC_TOKEN: TOKEN };
  const args = ['agent', 'enrol', 'builder-7', '--capability', 'build', '--why', 'new rack'];

  it('shows what lets the agent in, once, and until when', async () => {
    answer = { status: 200, body: { enrolment_id: 'e-1', secret: 's-1', expires_at: Date.UTC(2026, 5, 1, 13) } };
    const { status, stdout } = await hive([...args, '--tenants', 'acme, other'], {
      env: { ...env, HIVE_SIGN_IN_URL: url },
    });
    expect(status).toBe(0);
    expect(calls.map(({ path }) => path)).toEqual(['/dev/v1/agents/builder-7/enrol']);
    expect(stdout).toBe(
      'agent builder-7 may come, once, until 2026-06-01T13:00:00.000Z\nenrolment e-1\nsecret    s-1  (shown this once)\n',
    );
  });

  it('is refused where there is no such clearance, or the caller may not', async () => {
    const wrong = await hive([...args, '--clearance', 'top'], { env: { ...env, HIVE_SIGN_IN_URL: url } });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('give one of PUBLIC, INTERNAL, CONFIDENTIAL, RESTRICTED');
    const told = { type: 'urn:neural-hive:problem:POLICY_DENIED', title: 'POLICY_DENIED', status: 403, context: {} };
    answer = { status: 403, body: { ...told, code: 'POLICY_DENIED', detail: 'may not EnrolAgent' } };
    const denied = await hive(args, { env: { ...env, HIVE_SIGN_IN_URL: url } });
    expect(denied.status).toBe(3);
    expect(denied.stderr).toContain('POLICY_DENIED');
  });
});
