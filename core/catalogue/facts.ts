/** An asset as the policies are asked about it. */
import type { AssetFacts } from '../policy/assets.ts';
import type { AssetState } from './state.ts';

/**
 * What is not catalogued is known too, as the most secret thing there is that does not conform: a policy can name it.
 * @param usable whether whoever is asked about may use it as it stands
 */
export function factsOf(asset_id: string, state: AssetState | undefined, usable: boolean): AssetFacts {
  const asset = state?.asset;
  return {
    asset_id,
    kind: asset?.kind ?? 'api',
    owner: asset?.owner ?? '',
    classification: asset?.classification ?? 'restricted',
    pii: asset === undefined || asset.pii_fields.length > 0,
    conforming: usable,
    regions: asset?.regions ?? [],
    status: state?.status ?? 'unknown',
    ...(asset !== undefined && { tenant_id: asset.tenant_id }),
  };
}
