/** The assets that a ticket touches, read anew: what the policies are asked with, and those that may be used as they stand. */
import { HiveError } from '../errors.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import type { AssetFacts } from '../policy/assets.ts';
import type { TicketSpec } from '../ticket/state.ts';
import type { AssetsOfDeps } from './assets-of-ticket.ts';
import { factsOf } from './facts.ts';
import { CATALOGUE } from './settings.ts';
import type { AssetState } from './state.ts';
import { endpointsNamed, whyNotUsable } from './usable.ts';

export interface UsableAssets {
  /** one an asset that the ticket names, known or not */
  readonly facts: readonly AssetFacts[];
  /** by id */
  readonly usable: ReadonlyMap<string, AssetState>;
}

/** @throws HiveError ASSETS_UNAVAILABLE (503) */
export type ReadUsable = (spec: Pick<TicketSpec, 'assets' | 'tenant_id'>) => Promise<UsableAssets>;

export function createReadUsable({ ledger, clock, settings = CATALOGUE }: AssetsOfDeps): ReadUsable {
  return async ({ assets = [], tenant_id }) => {
    const names = [...new Set(assets.map(({ asset_id }) => asset_id))];
    const read = (name: string) => ledger.loadState<AssetState>(assetAggregate(name));
    const found = await Promise.all(names.map(read)).catch((cause: unknown) => {
      throw new HiveError('ASSETS_UNAVAILABLE', 'The catalogue cannot be read: try again.', { status: 503, cause });
    });
    const now = clock.now();
    const usable = new Map<string, AssetState>();
    const facts = names.map((asset_id, at) => {
      const state = found[at]?.state;
      const endpoints = endpointsNamed(assets, asset_id);
      const why = whyNotUsable(state, { asset_id, tenant_id, endpoints }, now, settings);
      if (state !== undefined && why === undefined) usable.set(asset_id, state);
      return factsOf(asset_id, state, why === undefined);
    });
    return { facts, usable };
  };
}
