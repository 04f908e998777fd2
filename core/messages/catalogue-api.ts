/**
 * The catalogue: what is called and kept, by whom it is owned, how secret it is, and whether it conforms. What an asset
 * lacks is a finding, not an error of form: it can be catalogued, and is not called until it conforms.
 */
import { z } from 'zod';
import { assetId } from './asset-use.ts';
import { verbAnswer, verbRequest } from './monitoring-api.ts';
import { absent, customerTier, epochMs, memberName, text, withDefault } from './primitives.ts';

/** The least secret first. */
export const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'restricted'] as const;
export const classification = z.enum(CLASSIFICATIONS);
export type Classification = z.infer<typeof classification>;

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const;
export const httpMethod = z.enum(HTTP_METHODS);

export const ASSET_LIMITS = { endpoints: 1000, pii_fields: 200, tags: 50, tenants: 200, regions: 50 } as const;
/** Of an asset as JSON: it is one item of the ledger, beside its findings. */
export const MAX_ASSET_BYTES = 200_000;

const short = text.min(1).max(256);
const tenantId = memberName.max(256);

export const assetEndpoint = z.object({
  path: text.min(1).max(1024),
  method: httpMethod,
  sensitive_data: withDefault(z.boolean(), false),
  requires_auth: withDefault(z.boolean(), false).meta({ description: 'false also where nobody has said that it does' }),
});
export type AssetEndpoint = z.output<typeof assetEndpoint>;

/** `scheme://user:password@host`: what is catalogued is recorded for good, and shown. */
const HAS_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

const common = {
  asset_id: assetId,
  tenant_id: withDefault(tenantId, 'default').meta({ description: 'whose it is' }),
  tenants: absent(z.array(z.union([tenantId, z.literal('*')])).max(ASSET_LIMITS.tenants)).meta({
    description: 'who else may use it; * stands for all',
  }),
  regions: absent(z.array(text.min(1).max(64)).max(ASSET_LIMITS.regions)).meta({
    description: 'where its data may be worked on; absent: anywhere',
  }),
  owner: absent(short),
  description: absent(text.max(4096)),
  classification: absent(classification),
  pii_fields: withDefault(z.array(short).max(ASSET_LIMITS.pii_fields), []),
  retention_policy: absent(text.max(32)).meta({ description: 'a number and d, m or y: 90d, 6m, 1y' }),
  version: absent(text.max(32)).meta({ description: 'v1, v2 …' }),
  tags: withDefault(z.array(short).max(ASSET_LIMITS.tags), []),
};

export const apiAsset = z
  .object({
    kind: z.literal('api'),
    ...common,
    sla_tier: absent(customerTier),
    endpoints: withDefault(z.array(assetEndpoint).max(ASSET_LIMITS.endpoints), []),
  })
  .meta({ id: 'ApiAsset', title: 'ApiAsset', description: 'An API that tasks call' });
export type ApiAsset = z.output<typeof apiAsset>;

export const dataAsset = z
  .object({
    kind: z.literal('data'),
    ...common,
    storage_location: absent(
      text.max(1024).refine((location) => !HAS_PASSWORD.test(location), 'must have no password: it is kept and shown'),
    ).meta({ description: 'a URI: s3://bucket/prefix, dynamodb://table' }),
  })
  .meta({ id: 'DataAsset', title: 'DataAsset', description: 'Data that tasks read and write' });
export type DataAsset = z.output<typeof dataAsset>;

export const asset = z.discriminatedUnion('kind', [apiAsset, dataAsset]);
export type Asset = z.output<typeof asset>;

export const FINDING_SEVERITIES = ['error', 'warning'] as const;
export const assetFinding = z
  .object({
    code: z.string(),
    path: z.string().meta({ description: 'JSON Pointer into the asset' }),
    message: z.string(),
    severity: z.enum(FINDING_SEVERITIES).meta({ description: 'error: with it an asset does not conform' }),
  })
  .meta({ id: 'AssetFinding', title: 'AssetFinding' });
export type AssetFinding = z.output<typeof assetFinding>;

export const conformance = z
  .object({
    score: z.int().min(0).max(100),
    conforming: z.boolean().meta({ description: 'no error, and a score that is high enough: it may be called' }),
    findings: z.array(assetFinding),
    findings_total: z.int().nonnegative().meta({ description: 'more than are told, perhaps' }),
  })
  .meta({ id: 'AssetConformance', title: 'AssetConformance' });
export type Conformance = z.output<typeof conformance>;

export const ASSET_STATUSES = ['active', 'retired'] as const;
const act = { at: epochMs, by: z.string(), why: z.string() };

export const assetView = z
  .object({
    asset,
    status: z.enum(ASSET_STATUSES),
    revision: z.int().positive().meta({ description: 'events recorded of it' }),
    put: z.object(act).meta({ description: 'when it got the content that it has' }),
    reviewed_at: epochMs.meta({ description: 'when somebody last said what it is' }),
    retired: absent(z.object(act)),
    conformance: conformance.meta({ description: 'by the rules in force, now' }),
    audited: z
      .object({ at: epochMs, score: z.int(), conforming: z.boolean() })
      .meta({ description: 'what was last recorded of it' }),
  })
  .meta({ id: 'AssetView', title: 'AssetView', description: 'An asset, and whether it may be called' });
export type AssetView = z.output<typeof assetView>;

export const assetSummary = z
  .object({
    ...{ asset_id: z.string(), kind: z.enum(['api', 'data']), status: z.enum(ASSET_STATUSES), tenant_id: z.string() },
    ...{ owner: absent(z.string()), classification: absent(classification), version: absent(z.string()) },
    ...{ score: z.int(), conforming: z.boolean(), findings: z.int().nonnegative(), reviewed_at: epochMs },
  })
  .meta({ id: 'AssetSummary', title: 'AssetSummary' });
export type AssetSummary = z.output<typeof assetSummary>;

export const assetPage = z
  .object({ items: z.array(assetSummary), next_cursor: absent(z.string()) })
  .meta({ id: 'AssetPage', title: 'AssetPage' });
export type AssetPage = z.output<typeof assetPage>;

export const assetRevision = z
  .object({
    ...{ revision: z.int().positive(), at: epochMs, event: z.string() },
    ...{ by: absent(z.string()), why: absent(z.string()) },
    version: absent(z.string()),
    score: absent(z.int()),
    conforming: absent(z.boolean()),
    asset: absent(asset).meta({ description: 'what was put, where something was' }),
  })
  .meta({ id: 'AssetRevision', title: 'AssetRevision', description: 'One event of an asset' });
export type AssetRevision = z.output<typeof assetRevision>;

export const assetHistory = z
  .object({ asset_id: z.string(), revisions: z.array(assetRevision).meta({ description: 'oldest first' }) })
  .meta({ id: 'AssetHistory', title: 'AssetHistory' });
export type AssetHistory = z.output<typeof assetHistory>;

export const putAssetRequest = z
  .object({
    ...verbRequest.shape,
    asset,
    reviewed: withDefault(z.boolean(), false).meta({
      description: 'records a review also where the asset is as it was: it is right as it stands',
    }),
  })
  .meta({ id: 'PutAssetRequest', title: 'PutAssetRequest' });
export type PutAssetRequest = z.output<typeof putAssetRequest>;

/** `phase` is the asset's status. */
export const assetAnswer = z
  .object({ ...verbAnswer.shape, revision: z.int().positive(), conformance })
  .meta({ id: 'AssetAnswer', title: 'AssetAnswer' });
export type AssetAnswer = z.output<typeof assetAnswer>;
