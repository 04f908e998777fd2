/** Which of a ticket's assets AWS credentials can be for, and why not the others. */
import type { AssetState } from '../../catalogue/state.ts';
import type { AssetUse } from '../../messages/asset-use.ts';
import { s3PlaceOf } from './s3-place.ts';
import type { Granted } from './session-policy.ts';

export interface LeftOut extends AssetUse {
  readonly why: string;
}

export interface Sorted {
  readonly granted: readonly Granted[];
  readonly left_out: readonly LeftOut[];
}

/**
 * @param uses those that the ticket names
 * @param scopes of its token: what is not among them is not granted
 * @param assets by id, those that may be used
 */
export function sortUses(
  uses: readonly AssetUse[],
  scopes: readonly string[],
  assets: ReadonlyMap<string, AssetState>,
): Sorted {
  const granted: Granted[] = [];
  const left_out: LeftOut[] = [];
  for (const { asset_id, action } of uses) {
    const found = lookAt(asset_id, action, scopes, assets.get(asset_id));
    if (typeof found === 'string') left_out.push({ asset_id, action, why: found });
    else granted.push({ asset_id, ...found });
  }
  return { granted, left_out };
}

function lookAt(
  asset_id: string,
  action: string,
  scopes: readonly string[],
  state: AssetState | undefined,
): Omit<Granted, 'asset_id'> | string {
  if (!scopes.includes(`asset:${asset_id}:${action}`)) return 'the token is not for it';
  if (action !== 'read' && action !== 'write') return `only read and write are known, not ${action}`;
  if (state?.asset.kind !== 'data') return 'it is no DataAsset that may be used';
  const place = s3PlaceOf(state.asset.storage_location ?? '');
  return place === undefined ? 'its storage_location is no place in S3 that a policy can name' : { action, place };
}
