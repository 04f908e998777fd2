/** Whoever is of some tenants cannot find out which plans, tickets, incidents and assets others have. */
import { beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { ROUTES } from '../../../api/rest/routes.ts';
import { createAccess } from '../../support/access.ts';
import { api } from '../../support/assets.ts';
import { createMonitoredHive, fill } from '../../support/monitored-hive.ts';

const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const of = (tenant: string, ...roles: string[]) => ({ roles, tenants: [tenant] });
/** Between them all roles that look at or run something, of a tenant that has nothing. */
const roles = {
  [arn('ops')]: of('acme', 'producer', 'operator', 'sre', 'platform'),
  [arn('sec')]: of('acme', 'security'),
  [arn('aud')]: of('acme', 'auditor'),
  [arn('all')]: { roles: ['operator', 'sre', 'platform'] },
};
const NOT_THERE = 'not-there';
const ids: Record<string, string> = { plans: 'plan-running', assets: 'users-api' };
let call: (as: string, method: string, path: string) => Promise<{ status: number; body: string }>;

beforeAll(async () => {
  const hive = createMonitoredHive();
  await fill(hive);
  await hive.catalogue.putAsset('users-api', {
    ...{ why: 'w', by: 'x', reviewed: false, tenants: ['*'], asset: api({ tenant_id: 'default' }) },
  });
  ids.tickets = (await hive.reader.listTicketIds('plan-running'))[0] ?? '';
  ids.incidents = (await hive.monitor.listIncidents({ limit: 1, tenants: ['*'] })).items[0]?.incident_id ?? '';
  let who = '';
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false, ...createAccess(hive, { roles }) },
    identityOf: () => ({ kind: 'iam', arn: arn(who) }),
  });
  call = async (as, method, path) => {
    who = as;
    const body = method === 'GET' ? {} : { body: JSON.stringify({ why: 'w' }) };
    const answer = await app.request(path, { method, headers: { 'content-type': 'application/json' }, ...body });
    return { status: answer.status, body: await answer.text() };
  };
});

/** A new asset is not there before it is put. */
const asked = ROUTES.filter(
  ({ path, name }) => /^\/v1\/(plans|tickets|incidents|assets)\/\{id\}/.test(path) && name !== 'putAsset',
);

it.each(asked.map(({ name, method, path }) => [name, method.toUpperCase(), path]))(
  '%s tells a caller of another tenant the same of what is there and of what is not',
  async (_, method, path) => {
    const collection = path.split('/')[2] ?? '';
    const id = ids[collection] ?? '';
    for (const who of ['ops', 'sec', 'aud']) {
      const there = await call(who, method, path.replace('{id}', id));
      const not = await call(who, method, path.replace('{id}', NOT_THERE));
      expect(not).toMatchObject({ status: 403, body: expect.stringContaining('POLICY_DENIED') });
      expect({ ...there, body: there.body.replaceAll(id, NOT_THERE) }).toEqual(not);
    }
    expect((await call('all', 'GET', `/v1/${collection}/${id}`)).status).toBe(200);
    expect((await call('all', 'GET', `/v1/${collection}/${NOT_THERE}`)).status).toBe(404);
  },
);

it('asks about more than a few routes', () => expect(asked.length).toBeGreaterThan(15));

it('lists what a caller’s tenants have all the same', async () => {
  for (const collection of ['plans', 'incidents', 'assets'])
    expect(await call('ops', 'GET', `/v1/${collection}`)).toMatchObject({ status: 200 });
});
