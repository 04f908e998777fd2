/** An asset as the policies know it. */
import type { Entity } from '../policy/access.ts';
import { levelOf } from './classification.ts';
import type { AssetState } from './state.ts';

/**
 * What is not catalogued is known too, as the most secret thing there is that does not conform: a policy can name it.
 * Its owner is its parent, and the tenants that may use it are.
 */
export function assetEntity(assetId: string, state: AssetState | undefined, conforming: boolean): Entity {
  const uid = { type: 'Asset' as const, id: assetId };
  const asset = state?.asset;
  return {
    uid,
    attrs: {
      kind: asset?.kind ?? 'api',
      owner: asset?.owner ?? '',
      classification: levelOf(asset?.classification),
      pii: asset === undefined || asset.pii_fields.length > 0,
      conforming,
      regions: asset?.regions ?? [],
      status: state?.status ?? 'unknown',
    },
    parents: asset === undefined ? [] : tenantsOf(asset).map((id) => ({ type: 'Tenant' as const, id })),
  };
}

const tenantsOf = ({ tenant_id, tenants = [] }: AssetState['asset']): string[] =>
  [...new Set([tenant_id, ...tenants])].filter((tenant) => tenant !== '*');
