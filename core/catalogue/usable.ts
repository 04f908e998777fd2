/** Whether somebody may use an asset as it stands: why not, where not. */
import type { AssetUse } from '../messages/asset-use.ts';
import { assessState } from './catalogue.ts';
import { endpointKey, endpointOf } from './endpoints.ts';
import type { CatalogueSettings } from './settings.ts';
import type { AssetState } from './state.ts';

export const NOT_USABLE = [
  'ASSET_NOT_CATALOGUED',
  'ASSET_RETIRED',
  'ASSET_OF_ANOTHER_TENANT',
  'ASSET_NOT_CONFORMING',
  'ASSET_ENDPOINT_UNKNOWN',
] as const;
/** What somebody wants to use. */
interface Wanted {
  readonly asset_id: string;
  readonly tenant_id: string;
  readonly endpoints?: readonly string[];
}

export interface NotUsable {
  readonly code: (typeof NOT_USABLE)[number];
  readonly message: string;
}

/**
 * @param state undefined: there is no such asset
 * @param endpoints those of it that are named. @returns undefined: it may be used
 */
export function whyNotUsable(
  state: AssetState | undefined,
  { asset_id, tenant_id, endpoints = [] }: Wanted,
  now: number,
  settings: CatalogueSettings,
): NotUsable | undefined {
  if (state === undefined)
    return { code: 'ASSET_NOT_CATALOGUED', message: `${asset_id} is not in the catalogue: put it there first` };
  if (state.status === 'retired')
    return { code: 'ASSET_RETIRED', message: `${asset_id} is retired: use another asset, or put it again` };
  if (!mayUse(state, tenant_id))
    return {
      code: 'ASSET_OF_ANOTHER_TENANT',
      message: `${asset_id} is another tenant's, who has not let yours use it`,
    };
  const { conforming, score, findings } = assessState(state, now, settings);
  if (conforming) return whyNotCalled(state, asset_id, endpoints);
  const codes = [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))];
  const because =
    codes.length > 0 ? codes.slice(0, 5).join(', ') : `a score of ${score} is below ${settings.least_score}`;
  return { code: 'ASSET_NOT_CONFORMING', message: `${asset_id} does not conform: ${because}` };
}

/** The catalogue has to know what is called. */
function whyNotCalled({ asset }: AssetState, asset_id: string, endpoints: readonly string[]): NotUsable | undefined {
  const known = new Set(asset.kind === 'api' ? asset.endpoints.map(endpointKey) : []);
  const missing = endpoints.find((name) => !known.has(endpointKey(endpointOf(name))));
  if (missing === undefined) return undefined;
  return { code: 'ASSET_ENDPOINT_UNKNOWN', message: `${asset_id} has no endpoint ${missing}: put it there first` };
}

/** Its own tenant, and those that it lets. */
export const mayUse = ({ asset: { tenant_id, tenants = [] } }: AssetState, tenant: string): boolean =>
  tenant === tenant_id || tenants.includes(tenant) || tenants.includes('*');

/** Those of an asset that are named among all that is. */
export const endpointsNamed = (uses: readonly AssetUse[], assetId: string): string[] =>
  uses.flatMap(({ asset_id, endpoint }) => (asset_id === assetId && endpoint !== undefined ? [endpoint] : []));
