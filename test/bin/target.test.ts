import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT, exitCodeOf } from '../../bin/support/exit-codes.ts';
import { readStackRecord, writeStackRecord } from '../../bin/support/stack-record.ts';
import { findEndpoint, resolveAgain, resolveTarget } from '../../bin/support/target.ts';
import { NOW } from '../support/plans.ts';
import { memoryOut } from './run-cli.ts';

const OUTPUTS = { LedgerTable: 't', EventBusName: 'b', ApiUrl: 'http://api', Region: 'us-east-1' };
const CHANGED = [
  'AWS_ENDPOINT_URL',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'HIVE_HOME',
];
const io = () => ({
  stdout: memoryOut(),
  stderr: memoryOut(),
  env: process.env,
  readStdin: async () => '',
  now: () => NOW,
  interrupt: () => new AbortController().signal,
});
const record = (endpoint: string, outputs: Record<string, string> = OUTPUTS) => ({
  endpoint,
  stage: 'test',
  outputs,
  deployed_at_ms: NOW,
});

describe('which AWS a command talks to', () => {
  let server: Server;
  let endpoint: string;

  beforeEach(async () => {
    for (const name of CHANGED) vi.stubEnv(name, undefined);
    vi.stubEnv('HIVE_HOME', mkdtempSync(join(tmpdir(), 'hive-home-')));
    server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is AWS itself when nothing else is there', async () => {
    expect(await findEndpoint({}, {})).toBeUndefined();
  });

  it('is the local AWS that was brought up, while it answers', async () => {
    writeStackRecord(undefined, record(endpoint));
    expect(await findEndpoint({}, {})).toBe(endpoint);
    writeStackRecord(undefined, record('http://127.0.0.1:1'));
    expect(await findEndpoint({}, {})).toBeUndefined();
  });

  it('is the one that is named, when several run', async () => {
    writeStackRecord('second', record(endpoint));
    expect(await findEndpoint({}, {})).toBeUndefined();
    expect(await findEndpoint({ name: 'second' }, {})).toBe(endpoint);
  });

  it('is what AWS_ENDPOINT_URL names before that, and --aws before all', async () => {
    writeStackRecord(undefined, record(endpoint));
    const env = { AWS_ENDPOINT_URL: 'http://elsewhere' };
    expect(await findEndpoint({}, env)).toBe('http://elsewhere');
    expect(await findEndpoint({ aws: true }, env)).toBeUndefined();
  });

  it('takes stage and outputs from the record, and sends no credentials of the user there', async () => {
    writeStackRecord(undefined, record(endpoint));
    vi.stubEnv('AWS_PROFILE', 'production');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'real');
    const target = await resolveTarget({}, io());
    expect(target).toMatchObject({ kind: 'local', endpoint, stage: 'test', outputs: OUTPUTS, flags: '' });
    expect(process.env.AWS_ENDPOINT_URL).toBe(endpoint);
    expect(process.env.AWS_PROFILE).toBeUndefined();
    expect(process.env.AWS_ACCESS_KEY_ID).not.toBe('real');
  });

  it('refuses a stack that lacks outputs, and says how to deploy', async () => {
    writeStackRecord(undefined, record(endpoint, { LedgerTable: 't' }));
    await expect(resolveTarget({}, io())).rejects.toMatchObject({
      code: 'STACK_NOT_FOUND',
      detail: { try: expect.stringContaining('hive up') },
    });
  });

  it.each(['nonsense', 'ftp://127.0.0.1'])(
    'refuses %s as AWS_ENDPOINT_URL, as a fault of the command line',
    async (url) => {
      await expect(findEndpoint({}, { AWS_ENDPOINT_URL: url })).rejects.toMatchObject({ code: 'AWS_ENDPOINT_INVALID' });
      expect(exitCodeOf({ code: 'AWS_ENDPOINT_INVALID' })).toBe(EXIT.usage);
      expect(await findEndpoint({ aws: true }, { AWS_ENDPOINT_URL: url })).toBeUndefined();
    },
  );

  it('is found again where the local AWS was brought up anew, and never becomes AWS itself', async () => {
    writeStackRecord(undefined, record(endpoint));
    const first = await resolveTarget({}, io());
    const other = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    writeStackRecord(undefined, record(elsewhere, { ...OUTPUTS, ApiUrl: 'http://new' }));
    expect(await resolveAgain(first, {}, io())).toMatchObject({
      endpoint: elsewhere,
      outputs: { ApiUrl: 'http://new' },
    });
    await new Promise((resolve) => other.close(resolve));
    await expect(resolveAgain(first, {}, io())).rejects.toMatchObject({ code: 'STACK_NOT_FOUND' });
  });

  it('reads a damaged record as none', () => {
    writeStackRecord(undefined, { stage: 'x' } as never);
    expect(readStackRecord()).toBeUndefined();
  });
});
