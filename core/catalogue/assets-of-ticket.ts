/** The assets that a ticket touches, as they stand when it is dispatched: what the policies are asked with. */
import { HiveError } from '../errors.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import type { AssetFacts } from '../policy/assets.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { factsOf } from './facts.ts';
import { CATALOGUE, type CatalogueSettings } from './settings.ts';
import type { AssetState } from './state.ts';
import { endpointsNamed, type NotUsable, whyNotUsable } from './usable.ts';

export interface AssetsOfTicket {
  /** every asset is catalogued, in use, lets the ticket's tenant use it, and conforms; true also where there are none */
  readonly conforming: boolean;
  /** one an asset that may not be used */
  readonly faults: readonly ({ readonly asset_id: string } & NotUsable)[];
  /** one an asset that the ticket names, known or not */
  readonly facts: readonly AssetFacts[];
}

/** @throws HiveError ASSETS_UNAVAILABLE (503): then the ticket is not dispatched */
export type AssetsOf = (spec: Pick<TicketSpec, 'assets' | 'tenant_id'>) => Promise<AssetsOfTicket>;

export interface AssetsOfDeps {
  readonly ledger: Pick<Ledger, 'loadState'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings?: CatalogueSettings;
}

interface Known {
  readonly at: number;
  readonly state: Promise<AssetState | undefined>;
}

/** A round asks about as many at once as it has tickets. */
const MOST_KNOWN = 2000;
const NONE: AssetsOfTicket = { conforming: true, faults: [], facts: [] };

/**
 * What was read is used for a few seconds: a retired asset is called no longer than that. Each is judged by the rules in
 * force at the time of the question. What could not be read is not remembered, and nothing older stands in for it.
 */
export function createAssetsOfTicket({ ledger, clock, settings = CATALOGUE }: AssetsOfDeps): AssetsOf {
  const known = new Map<string, Known>();

  function read(name: string): Promise<AssetState | undefined> {
    const now = clock.now();
    const kept = known.get(name);
    if (kept !== undefined && now - kept.at < settings.cache_ms) return kept.state;
    const state = ledger.loadState<AssetState>(assetAggregate(name)).then((found) => found?.state);
    known.delete(name);
    known.set(name, { at: now, state });
    state.catch(() => {
      if (known.get(name)?.state === state) known.delete(name);
    });
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    return state;
  }

  return async ({ assets = [], tenant_id }) => {
    if (assets.length === 0) return NONE;
    const names = [...new Set(assets.map(({ asset_id }) => asset_id))];
    let states: (AssetState | undefined)[];
    try {
      states = await Promise.all(names.map(read));
    } catch (cause) {
      throw new HiveError('ASSETS_UNAVAILABLE', 'The catalogue cannot be read, so that nothing it knows is called.', {
        status: 503,
        cause,
      });
    }
    const now = clock.now();
    const judged = names.map((asset_id, at) => {
      const state = states[at];
      const endpoints = endpointsNamed(assets, asset_id);
      const why = whyNotUsable(state, { asset_id, tenant_id, endpoints }, now, settings);
      return { asset_id, state, why };
    });
    const faults = judged.flatMap(({ asset_id, why }) => (why === undefined ? [] : [{ asset_id, ...why }]));
    return {
      conforming: faults.length === 0,
      faults,
      facts: judged.map(({ asset_id, state, why }) => factsOf(asset_id, state, why === undefined)),
    };
  };
}
