/** Assets that conform, with only what a test is about spelled out. */
import fc from 'fast-check';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createAuditAssets } from '../../core/catalogue/audit-assets.ts';
import { createCatalogue } from '../../core/catalogue/create-catalogue.ts';
import { CATALOGUE, type CatalogueSettings } from '../../core/catalogue/settings.ts';
import {
  type ApiAsset,
  type Asset,
  apiAsset,
  CLASSIFICATIONS,
  type DataAsset,
  dataAsset,
} from '../../core/messages/catalogue-api.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const api = (changes: Partial<ApiAsset> = {}): ApiAsset =>
  apiAsset.parse({
    ...{ kind: 'api', asset_id: 'users-api', owner: 'team-identity', classification: 'confidential' },
    ...{ pii_fields: ['email'], sla_tier: 'gold', retention_policy: '90d', version: 'v1', tags: ['users'] },
    endpoints: [
      { path: '/users/{id}', method: 'GET', sensitive_data: true, requires_auth: true },
      { path: '/users', method: 'POST', requires_auth: true },
    ],
    ...changes,
  });

export const data = (changes: Partial<DataAsset> = {}): DataAsset =>
  dataAsset.parse({
    ...{ kind: 'data', asset_id: 'users-table', owner: 'team-identity', classification: 'restricted' },
    ...{ pii_fields: ['email'], retention_policy: '1y', storage_location: 'dynamodb://users' },
    ...changes,
  });

export const OPERATOR = { by: 'ada', why: 'it is ours' };

export function createShelf(settings: CatalogueSettings = CATALOGUE, clock: VirtualClock = virtualClock()) {
  const ledger = createMemoryLedger(createMemoryTable());
  const deps = { ledger, clock, sha256, settings };
  const catalogue = createCatalogue(deps);
  const put = (asset: ApiAsset | DataAsset, reviewed = false) =>
    catalogue.putAsset(asset.asset_id, { asset, reviewed, tenants: ['*'], ...OPERATOR });
  return { ledger, clock, deps, catalogue, put, audit: createAuditAssets(deps) };
}

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const endpoint = fc.record({
  path: fc.constantFrom('/a', '/b/{x}', '/b/{y}', 'c', '/d e'),
  method: fc.constantFrom('GET' as const, 'POST' as const),
  ...{ sensitive_data: fc.boolean(), requires_auth: fc.boolean() },
});
const fields = {
  owner: maybe(fc.constantFrom('team', ' ')),
  classification: maybe(fc.constantFrom(...CLASSIFICATIONS)),
  pii_fields: fc.array(fc.constantFrom('email', 'phone'), { maxLength: 2 }),
  retention_policy: maybe(fc.constantFrom('90d', '10y', 'x', '3m', '0d')),
  version: maybe(fc.constantFrom('v1', '1')),
};

/** Of any quality, good and bad. */
export const anyAsset: fc.Arbitrary<Asset> = fc.oneof(
  fc
    .record({
      ...fields,
      endpoints: fc.array(endpoint, { maxLength: 4 }),
      sla_tier: maybe(fc.constant('gold' as const)),
    })
    .map((changes) => api(changes as Partial<ApiAsset>)),
  fc
    .record({ ...fields, storage_location: maybe(fc.constantFrom('s3://b', 'disk')) })
    .map((changes) => data(changes as Partial<DataAsset>)),
);
