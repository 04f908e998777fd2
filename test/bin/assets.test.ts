/** The catalogue from the command line, over HTTP, to the real API on a hive in memory; and offline. */
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { createRestApp } from '../../api/rest/app.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { writeStackRecord } from '../../bin/support/stack-record.ts';
import { createAccess } from '../support/access.ts';
import { api, data } from '../support/assets.ts';
import { createMonitoredHive } from '../support/monitored-hive.ts';
import { NOW } from '../support/plans.ts';
import { file, hasControls, hive } from './run-cli.ts';

const ENV = [
  ...['AWS_ENDPOINT_URL', 'AWS_PROFILE', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'HIVE_HOME'],
];
let server: Server;

beforeEach(async () => {
  for (const name of ENV) vi.stubEnv(name, undefined);
  vi.stubEnv('HIVE_HOME', mkdtempSync(join(tmpdir(), 'hive-home-')));
  const hive = createMonitoredHive();
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false },
    ...createAccess(hive),
    identityOf: () => ({ kind: 'local', key: 'arn:ada' }),
  });
  server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const outputs = {
    LedgerTable: 't',
    EventBusName: 'b',
    ApiUrl: 'http://api',
    Region: 'us-east-1',
    MonitoringApiUrl: url,
  };
  writeStackRecord(undefined, { endpoint: url, stage: 'test', outputs, deployed_at_ms: NOW });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const why = ['--why', 'it is ours'];
const CRD = `apiVersion: catalog.neural-hive.io/v1alpha1
kind: DataAsset
metadata: { name: orders }
spec: { owner: team-shop, classification: internal, storage_location: "s3://orders", retention_policy: 1y, extra: 1 }
`;

describe('hive assets', () => {
  it('catalogues an asset, lists it, shows it and retires it', async () => {
    const users = file(api());
    expect(await hive(['assets', 'put', users, ...why])).toMatchObject({ status: EXIT.ok });
    expect((await hive(['assets', 'put', users, ...why])).stdout).toContain('nothing changed');
    const listed = await hive(['assets']);
    expect(listed.stdout.split('\n')[1]).toMatch(/^users-api +api +v1 +confidential +team-identity +yes +100$/);
    const shown = await hive(['assets', 'show', 'users-api']);
    expect(shown.stdout).toMatch(/GET +\/users\/\{id\} +authenticated +sensitive/);
    expect(shown.stdout).toMatch(/1 +2026-06-01T12:00:00 +AssetPut +v1 +100 +arn:ada for .*: it is ours/);
    expect((await hive(['assets', 'retire', 'users-api', ...why])).stdout).toBe('users-api is retired\n');
    expect((await hive(['assets', 'list', '--status', 'active'])).stdout).toContain('no assets');
  });

  it('imports every asset of a file, tells what was left out, and exits with 3 where one does not conform', async () => {
    const good = await hive(['assets', 'import', file(CRD, 'orders.yaml'), ...why]);
    expect(good).toMatchObject({ status: EXIT.ok });
    expect(good.stdout).toContain('FIELD_UNKNOWN /0/spec/extra');
    const openapi = { openapi: '3.0.0', info: { title: 'Pets', version: '1' }, paths: { '/pets': { get: {} } } };
    const bad = await hive(['assets', 'import', file(openapi), '--id', 'pets', ...why, '--json']);
    expect(bad.status).toBe(EXIT.refused);
    expect(JSON.parse(bad.stdout).assets).toMatchObject([
      { id: 'pets', changed: true, conformance: { conforming: false } },
    ]);
  });

  it('takes the others where one is refused', async () => {
    await hive(['assets', 'put', file(api()), ...why]);
    const { status, stdout } = await hive(['assets', 'import', file([api({ endpoints: [] }), data()]), ...why]);
    expect(status).toBe(EXIT.refused);
    expect(stdout).toContain('ASSET_VERSION_NEEDED');
    expect(stdout).toContain('users-table is active');
  });

  it('audits: what may not be called, the worst first, with 3', async () => {
    await hive(['assets', 'import', file([api(), data()]), ...why]);
    expect(await hive(['assets', 'audit'])).toMatchObject({ status: EXIT.ok, stdout: '2 assets conform, 0 do not\n' });
    const worse = [data({ asset_id: 'a', owner: undefined }), data({ asset_id: 'b', classification: 'public' })];
    await hive(['assets', 'import', file(worse), ...why]);
    const { status, stdout } = await hive(['assets', 'audit']);
    expect(status).toBe(EXIT.refused);
    expect(stdout.match(/^[ab] /gm)).toEqual(['b ', 'a ']);
    const asJson = await hive(['assets', 'audit', '--json']);
    expect(JSON.parse(asJson.stdout).map((of: { asset: { asset_id: string } }) => of.asset.asset_id)).toEqual([
      'b',
      'a',
    ]);
  });

  it('exports what it imports', async () => {
    await hive(['assets', 'import', file([api(), data()]), ...why]);
    const { stdout } = await hive(['assets', 'export']);
    expect(JSON.parse(stdout)).toEqual([api(), data()]);
    expect(await hive(['assets', 'check', '-'], { stdin: stdout })).toMatchObject({ status: EXIT.ok });
  });

  it('says of an asset that is not there what to do', async () => {
    for (const args of [
      ['show', 'gone'],
      ['retire', 'gone', ...why],
    ]) {
      const { status, stderr } = await hive(['assets', ...args]);
      expect(status).toBe(EXIT.refused);
      expect(stderr).toMatch(/ASSET_UNKNOWN.*\ntry: hive assets lists them/);
    }
  });
});

describe('hive assets check', () => {
  it('judges a file offline, and exits with 3 where an asset does not conform', async () => {
    server.closeAllConnections();
    const { status, stdout } = await hive([
      'assets',
      'check',
      file(data({ owner: undefined, classification: 'public' })),
    ]);
    expect(status).toBe(EXIT.refused);
    expect(stdout).toContain('████████░░░░░░░░░░░░ 40 of 100, 2 findings: does not conform');
    expect(stdout).toContain('error   PII_CLASSIFIED_TOO_LOW /classification');
    const told = await hive(['assets', 'check', '-', '--json'], { stdin: CRD });
    expect(told.status).toBe(EXIT.ok);
    expect(JSON.parse(told.stdout)).toMatchObject([{ asset_id: 'orders', conformance: { score: 100 } }]);
  });

  it.each([
    ['nothing that is read', 'hello: world', 'DOCUMENT_UNKNOWN'],
    ['no YAML', 'a: [', 'DOCUMENT_MALFORMED'],
    ['names that stand twice', 'a: 1\na: 2', 'DOCUMENT_MALFORMED'],
  ])('refuses %s, with a code', async (_, text, code) => {
    const { status, stderr } = await hive(['assets', 'check', file(text)]);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain(code);
  });

  it('never sends what would move the cursor to the terminal', async () => {
    const evil = 'e\u001b[2J\u202evil';
    const asset = data({ owner: evil, storage_location: evil, retention_policy: evil });
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = await hive(['assets', 'check', file({ ...asset, [evil]: 1 }), ...args]);
      expect(hasControls(stdout + stderr)).toBe(false);
    }
  });
});
