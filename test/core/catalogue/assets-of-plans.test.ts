import { describe, expect, it } from 'vitest';
import { createAssetFaults } from '../../../core/catalogue/asset-faults.ts';
import { createAssetsOfTicket } from '../../../core/catalogue/assets-of-ticket.ts';
import { createCatalogue } from '../../../core/catalogue/create-catalogue.ts';
import { toExecutionTicket } from '../../../core/ticket/view.ts';
import { api, createShelf, data, OPERATOR } from '../../support/assets.ts';
import { createHive } from '../../support/hive.ts';
import { parsedPlan, plan, task, ticketsOf } from '../../support/plans.ts';

const use = (...ids: string[]) => ids.map((asset_id) => ({ asset_id, action: 'read' }));

describe('the assets that a plan names', () => {
  it('are taken into its tickets, and shown with them', () => {
    const [a, b] = ticketsOf({ tasks: [task('a', { assets: use('users-api') }), task('b', { assets: [] })] });
    expect(a?.assets).toEqual(use('users-api'));
    expect(b && 'assets' in b).toBe(false);
    const shown = toExecutionTicket({ spec: a as never, state: { phase: 'created', attempts: 0 } as never });
    expect(shown.assets).toEqual(use('users-api'));
  });

  it('are each told that is not catalogued, retired, another tenant’s or not conforming', async () => {
    const { put, catalogue, deps } = createShelf();
    await put(api());
    await put(api({ asset_id: 'old' }));
    await catalogue.retireAsset('old', OPERATOR);
    await put(data({ asset_id: 'bad', owner: undefined }));
    await put(api({ asset_id: 'theirs', tenant_id: 'other' }));
    await put(api({ asset_id: 'lent', tenant_id: 'other', tenants: ['default'] }));
    await put(api({ asset_id: 'free', tenant_id: 'other', tenants: ['*'] }));
    const tasks = [
      task('a', { assets: use('users-api', 'lent', 'free', 'gone') }),
      task('b', { assets: use('old', 'bad', 'theirs') }),
      task('c'),
    ];
    const faults = await createAssetFaults(deps)(parsedPlan({ tasks }));
    expect(faults.map(({ code, path }) => [code, path])).toEqual([
      ['ASSET_NOT_CATALOGUED', '/tasks/0/assets/3'],
      ['ASSET_RETIRED', '/tasks/1/assets/0'],
      ['ASSET_NOT_CONFORMING', '/tasks/1/assets/1'],
      ['ASSET_OF_ANOTHER_TENANT', '/tasks/1/assets/2'],
    ]);
    expect(faults[2]?.message).toContain('OWNER_MISSING');
  });

  it('are told of endpoints that the catalogue does not have of them', async () => {
    const { put, deps } = createShelf();
    await put(api());
    await put(data());
    const call = (asset_id: string, endpoint: string) => ({ asset_id, action: 'call', endpoint });
    const assets = [
      call('users-api', 'GET /users/{name}'),
      call('users-api', 'DELETE /users/{id}'),
      call('users-table', 'GET /users'),
    ];
    const faults = await createAssetFaults(deps)(parsedPlan({ tasks: [task('a', { assets })] }));
    expect(faults.map(({ code, path }) => [code, path])).toEqual([
      ['ASSET_ENDPOINT_UNKNOWN', '/tasks/0/assets/1'],
      ['ASSET_ENDPOINT_UNKNOWN', '/tasks/0/assets/2'],
    ]);
    const of = createAssetsOfTicket(deps);
    expect(await of({ tenant_id: 'default', assets: assets.slice(0, 1) })).toMatchObject({ conforming: true });
    // Gone since the plan was accepted.
    expect(await of({ tenant_id: 'default', assets })).toMatchObject({
      conforming: false,
      faults: [{ code: 'ASSET_ENDPOINT_UNKNOWN' }, { code: 'ASSET_ENDPOINT_UNKNOWN' }],
    });
    for (const endpoint of ['/users', 'get /users', 'GET users', 'GET /a b', `GET /${'x'.repeat(180)}`])
      expect(() => parsedPlan({ tasks: [task('a', { assets: [call('users-api', endpoint)] })] })).toThrow();
  });

  it('keep the plan from being accepted, until they are there', async () => {
    const hive = createHive();
    // As secret as what it touches.
    const tasks = [task('a', { assets: use('users-api') })];
    const sent = plan({ tasks, original_security_level: 'CONFIDENTIAL' });
    expect(await hive.acceptPlan(sent)).toMatchObject({
      outcome: 'rejected',
      faults: [{ code: 'ASSET_NOT_CATALOGUED', path: '/tasks/0/assets/0' }],
    });
    const { putAsset } = createCatalogue({ ledger: hive.ledger, clock: hive.clock, sha256: (text) => text });
    await putAsset('users-api', { asset: api(), reviewed: false, tenants: ['*'], ...OPERATOR });
    expect(await hive.acceptPlan(sent)).toMatchObject({ outcome: 'running' });
  });

  it.each([
    [{ assets: Array.from({ length: 17 }, (_, at) => ({ asset_id: `a${at}`, action: 'read' })) }],
    [{ assets: [{ asset_id: 'Not a name', action: 'read' }] }],
    [{ assets: [{ asset_id: 'a', action: 'DROP TABLE' }] }],
  ])('are at most sixteen a task, by short names: %#', async (changes) => {
    expect(await createHive().acceptPlan(plan({ tasks: [task('a', changes)] }))).toMatchObject({ outcome: 'rejected' });
  });
});

describe('the assets of a ticket, before it is dispatched', () => {
  const spec = (...ids: string[]) => ({ assets: use(...ids), tenant_id: 'default' });

  it('are facts for the policies, those that nobody knows too', async () => {
    const { put, deps } = createShelf();
    await put(api({ regions: ['eu-west-1'], tenants: ['other', '*'] }));
    const assetsOf = createAssetsOfTicket(deps);
    expect(await assetsOf(spec('users-api', 'users-api'))).toEqual({
      conforming: true,
      faults: [],
      facts: [
        {
          ...{ asset_id: 'users-api', kind: 'api', owner: 'team-identity', classification: 'confidential', pii: true },
          ...{ conforming: true, regions: ['eu-west-1'], status: 'active', tenant_id: 'default' },
        },
      ],
    });
    expect(await assetsOf(spec('gone'))).toMatchObject({
      conforming: false,
      faults: [{ asset_id: 'gone', code: 'ASSET_NOT_CATALOGUED' }],
      facts: [{ classification: 'restricted', pii: true, conforming: false, status: 'unknown' }],
    });
    expect(await assetsOf({ tenant_id: 'default' })).toEqual({ conforming: true, faults: [], facts: [] });
  });

  it('are read again after a few seconds: what was retired is called no longer than that', async () => {
    const { put, catalogue, deps, clock } = createShelf();
    await put(api());
    const assetsOf = createAssetsOfTicket(deps);
    expect(await assetsOf(spec('users-api'))).toMatchObject({ conforming: true });
    await catalogue.retireAsset('users-api', OPERATOR);
    clock.advance(4999);
    expect(await assetsOf(spec('users-api'))).toMatchObject({ conforming: true });
    clock.advance(1);
    expect(await assetsOf(spec('users-api'))).toMatchObject({ conforming: false, faults: [{ code: 'ASSET_RETIRED' }] });
  });

  it('are read once for all the tickets of a round', async () => {
    const { put, deps, ledger } = createShelf();
    await put(api());
    let reads = 0;
    const counted = {
      loadState: <S>(name: string) => {
        reads++;
        return ledger.loadState<S>(name);
      },
    };
    const assetsOf = createAssetsOfTicket({ ...deps, ledger: counted });
    await Promise.all(Array.from({ length: 50 }, () => assetsOf(spec('users-api'))));
    expect(reads).toBe(1);
  });

  it('let nothing be dispatched while the catalogue cannot be read, and are asked again at once', async () => {
    const { put, deps, ledger } = createShelf();
    await put(api());
    let down = true;
    const shaky = {
      loadState: async <S>(name: string) => {
        if (down) throw new Error('throttled');
        return ledger.loadState<S>(name);
      },
    };
    const assetsOf = createAssetsOfTicket({ ...deps, ledger: shaky });
    await expect(assetsOf(spec('users-api'))).rejects.toMatchObject({ code: 'ASSETS_UNAVAILABLE', status: 503 });
    down = false;
    expect(await assetsOf(spec('users-api'))).toMatchObject({ conforming: true });
  });
});
