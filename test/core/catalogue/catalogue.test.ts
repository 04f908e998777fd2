import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { reduceAsset } from '../../../core/catalogue/reducer.ts';
import { CATALOGUE } from '../../../core/catalogue/settings.ts';
import type { AssetEvent, AssetState } from '../../../core/catalogue/state.ts';
import { assetAggregate } from '../../../core/ledger/aggregate.ts';
import { findBreak } from '../../../core/ledger/chain.ts';
import type { ApiAsset } from '../../../core/messages/catalogue-api.ts';
import { anyAsset, api, createShelf, data, OPERATOR } from '../../support/assets.ts';
import { NOW } from '../../support/plans.ts';

const DAY = 86_400_000;
const [read, write] = api().endpoints as [ApiAsset['endpoints'][number], ApiAsset['endpoints'][number]];

describe('the catalogue', () => {
  it('keeps an asset, and says whether it may be called', async () => {
    const { catalogue, put } = createShelf();
    expect(await put(api())).toMatchObject({ id: 'users-api', phase: 'active', changed: true, revision: 1 });
    const view = await catalogue.getAsset('users-api');
    expect(view).toMatchObject({
      asset: api(),
      put: { at: NOW, ...OPERATOR },
      conformance: { score: 100, conforming: true },
    });
  });

  it('writes nothing for the same content, in whatever order its fields come', async () => {
    const { catalogue, put } = createShelf();
    await put(api());
    const again = Object.fromEntries(Object.entries(api()).reverse()) as ApiAsset;
    expect(await put(again)).toMatchObject({ changed: false, revision: 1 });
    expect((await catalogue.assetHistory('users-api')).revisions).toHaveLength(1);
  });

  it('keeps every content that an asset had', async () => {
    const { catalogue, put, clock } = createShelf();
    await put(api());
    clock.advance(1000);
    await put(api({ version: 'v2', endpoints: [read] }));
    await catalogue.retireAsset('users-api', OPERATOR);
    expect((await catalogue.assetHistory('users-api')).revisions).toMatchObject([
      { revision: 1, event: 'AssetPut', version: 'v1', by: 'ada', score: 100, asset: api() },
      { revision: 2, at: NOW + 1000, version: 'v2', asset: { endpoints: [read] } },
      { revision: 3, event: 'AssetRetired', why: OPERATOR.why },
    ]);
  });

  it.each([
    ['an endpoint that is gone', { endpoints: [read] }],
    ['an endpoint that requires no authentication any more', { endpoints: [read, { ...write, requires_auth: false }] }],
    ['sensitive data that is none any more', { endpoints: [{ ...read, sensitive_data: false }, write] }],
    ['a lower classification', { classification: 'internal' as const, pii_fields: ['email'] }],
    ['personal data that is none any more', { pii_fields: [] }],
  ])('takes %s only with a new version', async (_, changes) => {
    const { put } = createShelf();
    await put(api());
    await expect(put(api(changes))).rejects.toMatchObject({ code: 'ASSET_VERSION_NEEDED', status: 409 });
    expect(await put(api({ ...changes, version: 'v2' }))).toMatchObject({ changed: true });
    await expect(put(api())).rejects.toMatchObject({ code: 'ASSET_VERSION_BACK' });
  });

  it('takes what breaks nobody under the same version', async () => {
    const { put } = createShelf();
    await put(api());
    const more = { ...read, path: '/users/{id}/orders' };
    const renamed = { ...read, path: '/users/{name}' };
    expect(await put(api({ endpoints: [renamed, write, more], classification: 'restricted' }))).toMatchObject({
      changed: true,
    });
  });

  it('refuses what is another asset under the same name', async () => {
    const { put, catalogue } = createShelf();
    await put(api());
    await expect(put(data({ asset_id: 'users-api' }))).rejects.toMatchObject({ code: 'ASSET_KIND_FIXED' });
    await expect(put(api({ tenant_id: 'other' }))).rejects.toMatchObject({ code: 'ASSET_OF_ANOTHER_TENANT' });
    const elsewhere = catalogue.putAsset('x', { asset: api(), reviewed: false, tenants: ['*'], ...OPERATOR });
    await expect(elsewhere).rejects.toMatchObject({ code: 'ASSET_ID_DIFFERS' });
  });

  it('refuses what is too large for an item of the ledger', async () => {
    const { put } = createShelf();
    const endpoints = Array.from({ length: 1000 }, (_, at) => ({ ...read, path: `/${'x'.repeat(300)}${at}` }));
    await expect(put(api({ endpoints }))).rejects.toMatchObject({ code: 'ASSET_TOO_LARGE', status: 413 });
  });

  it('retires an asset once, and has it again when it is put again', async () => {
    const { put, catalogue } = createShelf();
    await put(api());
    expect(await catalogue.retireAsset('users-api', OPERATOR)).toMatchObject({ phase: 'retired', changed: true });
    expect(await catalogue.retireAsset('users-api', OPERATOR)).toMatchObject({ phase: 'retired', changed: false });
    expect(await put(api())).toMatchObject({ phase: 'active', changed: true });
    expect((await catalogue.getAsset('users-api')).retired).toBeUndefined();
    await expect(catalogue.retireAsset('gone', OPERATOR)).rejects.toMatchObject({ code: 'ASSET_UNKNOWN', status: 404 });
  });

  it('records a review of what stays as it is', async () => {
    const { put, catalogue, clock } = createShelf();
    await put(data());
    clock.advance(200 * DAY);
    expect((await catalogue.getAsset('users-table')).conformance.findings).toMatchObject([{ code: 'REVIEW_OVERDUE' }]);
    expect(await put(data(), true)).toMatchObject({ changed: true, conformance: { findings: [] } });
  });

  it('lists assets by their ids, a page at a time', async () => {
    const { put, catalogue } = createShelf();
    for (const id of ['c', 'a', 'b']) await put(api({ asset_id: id }));
    await put(data({ asset_id: 'd', owner: undefined }));
    const first = await catalogue.listAssets({ tenants: ['*'], limit: 2 });
    expect(first.items.map(({ asset_id }) => asset_id)).toEqual(['a', 'b']);
    const rest = await catalogue.listAssets({ tenants: ['*'], limit: 2, cursor: first.next_cursor });
    expect(rest.items.map(({ asset_id }) => asset_id)).toEqual(['c', 'd']);
    expect(rest.next_cursor).toBeUndefined();
    const bad = await catalogue.listAssets({ tenants: ['*'], limit: 9, conforming: false });
    expect(bad.items).toMatchObject([{ asset_id: 'd', kind: 'data', score: 80, findings: 1 }]);
    await expect(catalogue.listAssets({ tenants: ['*'], limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('is put for a tenant of the caller’s alone', async () => {
    const { catalogue } = createShelf();
    const putAs = (...tenants: string[]) =>
      catalogue.putAsset('x', {
        asset: api({ asset_id: 'x', tenant_id: 'other' }),
        reviewed: false,
        tenants,
        ...OPERATOR,
      });
    await expect(putAs('acme')).rejects.toMatchObject({ code: 'ASSET_BEYOND_TENANTS', status: 403 });
    await expect(catalogue.getAsset('x')).rejects.toMatchObject({ code: 'ASSET_UNKNOWN' });
    expect(await putAs('acme', 'other')).toMatchObject({ changed: true });
  });

  it('lists what the caller’s tenants may use', async () => {
    const { put, catalogue } = createShelf();
    await put(api({ asset_id: 'own', tenant_id: 'acme' }));
    await put(api({ asset_id: 'theirs', tenant_id: 'other' }));
    await put(api({ asset_id: 'lent', tenant_id: 'other', tenants: ['acme'] }));
    await put(api({ asset_id: 'free', tenant_id: 'other', tenants: ['*'] }));
    const seen = async (...tenants: string[]) =>
      (await catalogue.listAssets({ tenants, limit: 9 })).items.map(({ asset_id }) => asset_id);
    expect(await seen('acme')).toEqual(['free', 'lent', 'own']);
    expect(await seen('third')).toEqual(['free']);
    expect(await seen()).toEqual([]);
    expect(await seen('*')).toEqual(['free', 'lent', 'own', 'theirs']);
  });

  it('is what its events lead to, in a whole chain, whatever is put in whichever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyAsset, fc.constantFrom('put', 'retire', 'audit', 'review'), fc.nat(200 * DAY)), {
          maxLength: 12,
        }),
        async (steps) => {
          const { put, catalogue, audit, ledger, clock } = createShelf();
          for (const [asset, step, wait] of steps) {
            clock.advance(wait);
            if (step === 'audit') await audit();
            else if (step === 'retire') await catalogue.retireAsset(asset.asset_id, OPERATOR).catch(() => undefined);
            else await put(asset, step === 'review').catch(({ code }) => expect(code).toMatch(/^ASSET_/));
          }
          for (const id of ['users-api', 'users-table']) {
            const whole = await ledger.loadAggregate<AssetEvent, AssetState>(assetAggregate(id));
            if (whole === undefined) continue;
            expect(findBreak(whole.records, sha256)).toBeUndefined();
            let state: AssetState | undefined;
            for (const record of whole.records) state = reduceAsset(state, record);
            expect(state).toEqual(whole.state);
          }
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('keeps one of two contents that are put at once, and knows both', async () => {
    const { put, catalogue } = createShelf();
    await Promise.all([put(api()), put(api({ owner: 'team-other' }))]);
    expect((await catalogue.assetHistory('users-api')).revisions).toHaveLength(2);
  });
});

describe('the audit', () => {
  it('records nothing while nothing changes', async () => {
    const { put, audit, catalogue } = createShelf();
    await put(api());
    await put(data({ owner: undefined }));
    expect(await audit()).toEqual({ assets: 2, non_conforming: ['users-table'], changed: [], truncated: false });
    expect((await catalogue.getAsset('users-api')).revision).toBe(1);
  });

  it('tells what is put and does not conform, at once', async () => {
    const { put, ledger } = createShelf();
    await put(data({ owner: undefined }));
    await put(data());
    const { records } = (await ledger.loadAggregate<AssetEvent, AssetState>(assetAggregate('users-table'))) ?? {};
    expect(records?.map(({ event }) => event.type)).toEqual([
      'AssetPut',
      'AssetNonConforming',
      'AssetPut',
      'AssetConforming',
    ]);
  });

  it('records that a review is overdue, and what no longer conforms for it, once', async () => {
    const { put, audit, clock, ledger } = createShelf();
    const open = { path: '/health', method: 'GET', sensitive_data: false, requires_auth: false } as const;
    await put(data());
    await put(api({ endpoints: [open], sla_tier: undefined }));
    clock.advance(CATALOGUE.review_within_ms + DAY);
    expect(await audit()).toMatchObject({ non_conforming: ['users-api'], changed: ['users-api', 'users-table'] });
    clock.advance(DAY);
    expect(await audit()).toMatchObject({ non_conforming: ['users-api'], changed: [] });
    const typesOf = async (id: string) =>
      (await ledger.loadAggregate<AssetEvent, AssetState>(assetAggregate(id)))?.records.map(({ event }) => event.type);
    expect(await typesOf('users-api')).toEqual(['AssetPut', 'AssetNonConforming']);
    expect(await typesOf('users-table')).toEqual(['AssetPut', 'AssetAudited']);
  });

  it('leaves retired assets alone', async () => {
    const { put, audit, catalogue, clock } = createShelf();
    await put(data());
    await catalogue.retireAsset('users-table', OPERATOR);
    clock.advance(CATALOGUE.review_within_ms + DAY);
    expect(await audit()).toEqual({ assets: 0, non_conforming: [], changed: [], truncated: false });
  });

  it('records a change once when it runs twice at once', async () => {
    const { put, audit, catalogue, clock } = createShelf();
    await put(data());
    clock.advance(CATALOGUE.review_within_ms + DAY);
    await Promise.all([audit(), audit()]);
    expect((await catalogue.getAsset('users-table')).revision).toBe(2);
  });
});
