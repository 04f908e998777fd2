/**
 * The rules that an asset is judged by: each has a code, what breaking it costs of the score, and whether an asset may be
 * called while it is broken. A rule that is broken several times costs its weight once, and tells each place.
 */
import type { ApiAsset, Asset, DataAsset } from '../messages/catalogue-api.ts';
import { quoted } from '../plan/faults.ts';
import { levelOf } from './classification.ts';
import { endpointKey } from './endpoints.ts';
import { retentionDays } from './retention.ts';
import type { CatalogueSettings } from './settings.ts';

export interface Judged {
  readonly now: number;
  /** epoch ms of the last time that somebody said what the asset is */
  readonly reviewed_at: number;
  readonly settings: CatalogueSettings;
}

export interface Broken {
  readonly path: string;
  readonly message: string;
}

export interface Rule {
  readonly code: string;
  /** points of 100 */
  readonly weight: number;
  /** error: with it the asset does not conform, whatever its score */
  readonly severity: 'error' | 'warning';
  readonly of: Asset['kind'] | 'any';
  /** where the asset breaks it */
  readonly broken: (asset: Asset, by: Judged) => readonly Broken[];
}

const CONFIDENTIAL = levelOf('confidential');
const at = (path: string, message: string): Broken[] => [{ path, message }];
const when = (broken: boolean, path: string, message: string): Broken[] => (broken ? at(path, message) : []);
const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

const rule = (
  code: string,
  weight: number,
  severity: Rule['severity'],
  broken: (asset: Asset, by: Judged) => readonly Broken[],
): Rule => ({ code, weight, severity, of: 'any', broken });
const ofApi = (
  code: string,
  weight: number,
  severity: Rule['severity'],
  broken: (api: ApiAsset) => readonly Broken[],
): Rule => ({ code, weight, severity, of: 'api', broken: (asset) => (asset.kind === 'api' ? broken(asset) : []) });
const ofData = (
  code: string,
  weight: number,
  severity: Rule['severity'],
  broken: (data: DataAsset) => readonly Broken[],
): Rule => ({ code, weight, severity, of: 'data', broken: (asset) => (asset.kind === 'data' ? broken(asset) : []) });

const inEndpoints = (
  { endpoints }: ApiAsset,
  test: (endpoint: ApiAsset['endpoints'][number], index: number) => string | undefined,
): Broken[] =>
  endpoints.flatMap((endpoint, index) => {
    const message = test(endpoint, index);
    return message === undefined ? [] : [{ path: `/endpoints/${index}`, message }];
  });

export const RULES: readonly Rule[] = [
  rule('OWNER_MISSING', 20, 'error', ({ owner }) =>
    when(isBlank(owner), '/owner', 'nobody is named who answers for it: name a team'),
  ),
  rule('CLASSIFICATION_MISSING', 25, 'error', ({ classification }) =>
    when(
      classification === undefined,
      '/classification',
      'how secret it is is not said: public, internal, confidential or restricted',
    ),
  ),
  rule('PII_CLASSIFIED_TOO_LOW', 40, 'error', ({ classification, pii_fields }) =>
    when(
      classification !== undefined && pii_fields.length > 0 && levelOf(classification) < CONFIDENTIAL,
      '/classification',
      `is ${classification}, and it has personal data: classify it as confidential or restricted`,
    ),
  ),
  rule('RETENTION_MISSING', 15, 'error', ({ retention_policy }) =>
    when(isBlank(retention_policy), '/retention_policy', 'how long data is kept is not said: 90d, 6m, 1y'),
  ),
  rule('RETENTION_MALFORMED', 15, 'error', ({ retention_policy }) =>
    when(
      !isBlank(retention_policy) && retentionDays(retention_policy ?? '') === undefined,
      '/retention_policy',
      `${quoted(retention_policy ?? '')} is not a number and d, m or y`,
    ),
  ),
  rule('RETENTION_OUT_OF_RANGE', 15, 'error', ({ retention_policy, classification }, { settings }) => {
    const days = retentionDays(retention_policy ?? '');
    const most = settings.longest_retention_d[classification ?? 'restricted'];
    return when(
      days !== undefined && (days < 1 || days > most),
      '/retention_policy',
      `is ${days} days: what is ${classification ?? 'not classified'} is kept for 1 to ${most} days`,
    );
  }),
  rule('REVIEW_OVERDUE', 10, 'warning', (_, { now, reviewed_at, settings }) =>
    when(
      now - reviewed_at > settings.review_within_ms,
      '',
      `was last reviewed ${Math.floor((now - reviewed_at) / 86_400_000)} days ago: look through it, and put it again as reviewed`,
    ),
  ),
  rule('VERSION_MALFORMED', 10, 'error', ({ version }) =>
    when(version !== undefined && !/^v[0-9]+$/.test(version), '/version', 'is not v and a number, as v1'),
  ),
  ofApi('VERSION_MISSING', 10, 'error', ({ version }) =>
    when(version === undefined, '/version', 'which version it is is not said: v1'),
  ),
  ofApi('SLA_TIER_MISSING', 10, 'warning', ({ sla_tier }) =>
    when(sla_tier === undefined, '/sla_tier', 'what it promises is not said: bronze, silver, gold or platinum'),
  ),
  ofApi('ENDPOINTS_MISSING', 20, 'error', ({ endpoints }) =>
    when(endpoints.length === 0, '/endpoints', 'it has no endpoint that could be called'),
  ),
  ofApi('ENDPOINT_PATH_MALFORMED', 10, 'error', (api) =>
    inEndpoints(api, ({ path }) =>
      /^\/[^\s?#]*$/.test(path) ? undefined : `${quoted(path)} does not begin with / or has spaces, ? or #`,
    ),
  ),
  ofApi('ENDPOINT_DUPLICATE', 10, 'error', (api) => {
    const seen = new Map<string, number>();
    return inEndpoints(api, (endpoint, index) => {
      const first = seen.get(endpointKey(endpoint));
      if (first === undefined) seen.set(endpointKey(endpoint), index);
      return first === undefined
        ? undefined
        : `${endpoint.method} ${quoted(endpoint.path)} is endpoint ${first} already`;
    });
  }),
  ofApi('SENSITIVE_WITHOUT_AUTH', 40, 'error', (api) =>
    inEndpoints(api, ({ sensitive_data, requires_auth, method, path }) =>
      sensitive_data && !requires_auth
        ? `${method} ${quoted(path)} gives sensitive data to whoever asks: require authentication`
        : undefined,
    ),
  ),
  ofApi('SENSITIVE_IN_PUBLIC', 20, 'error', (api) =>
    inEndpoints(api, ({ sensitive_data, method, path }) =>
      sensitive_data && api.classification === 'public'
        ? `${method} ${quoted(path)} has sensitive data, and the API is public: classify it higher`
        : undefined,
    ),
  ),
  ofApi('OPEN_ENDPOINT', 10, 'warning', (api) =>
    inEndpoints(api, ({ sensitive_data, requires_auth, method, path }) =>
      !requires_auth && !sensitive_data && levelOf(api.classification) >= CONFIDENTIAL
        ? `${method} ${quoted(path)} answers whoever asks, in an API that is ${api.classification ?? 'not classified'}`
        : undefined,
    ),
  ),
  ofData('STORAGE_MISSING', 20, 'error', ({ storage_location }) =>
    when(isBlank(storage_location), '/storage_location', 'where it lies is not said: s3://bucket/prefix'),
  ),
  ofData('STORAGE_NOT_A_URI', 10, 'warning', ({ storage_location }) =>
    when(
      !isBlank(storage_location) && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(storage_location ?? ''),
      '/storage_location',
      `${quoted(storage_location ?? '')} is no URI: s3://bucket/prefix`,
    ),
  ),
];
