/** Assets of the catalogue as policies see them: one by one, and all that a task touches taken together. */
import type { Entity, EntityRef, PolicyValue } from './access.ts';

const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'restricted'] as const;

/** One that the catalogue does not know: `status: 'unknown'`. */
export interface AssetFacts {
  readonly asset_id: string;
  readonly kind: 'api' | 'data';
  readonly owner: string;
  readonly classification: (typeof CLASSIFICATIONS)[number];
  readonly pii: boolean;
  readonly conforming: boolean;
  /** where it may be worked on; empty: anywhere */
  readonly regions: readonly string[];
  /** `active`, `retired`, `unknown` … */
  readonly status: string;
  /** whose it is; absent: nobody's */
  readonly tenant_id?: string | undefined;
  /** who else may use it, `*` for all; absent: not looked at */
  readonly shared_with?: readonly string[] | undefined;
}

const tenantRef = (id: string): EntityRef => ({ type: 'Tenant', id });

export const assetRef = ({ asset_id }: Pick<AssetFacts, 'asset_id'>): EntityRef => ({ type: 'Asset', id: asset_id });

export function assetEntity(asset: AssetFacts): Entity {
  const { kind, owner, pii, conforming, status, regions, tenant_id, shared_with } = asset;
  return {
    uid: assetRef(asset),
    attrs: {
      ...{ kind, owner, classification: levelOf(asset), pii, conforming, status, regions },
      ...(tenant_id !== undefined && { tenant: { __entity: tenantRef(tenant_id) } }),
      ...(shared_with && {
        for_all: shared_with.includes('*'),
        shared_with: shared_with.filter((id) => id !== '*').map((id) => ({ __entity: tenantRef(id) })),
      }),
    },
    parents: tenant_id === undefined ? [] : [tenantRef(tenant_id)],
  };
}

/** Cedar asks no question of each member of a set: what policies want to know of all of them is worked out here. */
export function touchedBy(assets: readonly AssetFacts[], personal: boolean): PolicyValue {
  const regions = sharedRegions(assets);
  return {
    conforming: assets.every(({ conforming, status }) => conforming && status === 'active'),
    level: assets.reduce((highest, asset) => Math.max(highest, levelOf(asset)), -1),
    pii: personal || assets.some(({ pii }) => pii),
    ...(regions !== undefined && { regions }),
  };
}

/** What is not known is above every level. */
const levelOf = ({ classification }: Pick<AssetFacts, 'classification'>): number => {
  const at = CLASSIFICATIONS.indexOf(classification);
  return at < 0 ? CLASSIFICATIONS.length : at;
};

/** Those that every asset allows; undefined: anywhere. */
function sharedRegions(assets: readonly AssetFacts[]): string[] | undefined {
  const lists = assets.map(({ regions }) => regions).filter((regions) => regions.length > 0);
  const [first, ...others] = lists;
  return first?.filter((region) => others.every((regions) => regions.includes(region)));
}
