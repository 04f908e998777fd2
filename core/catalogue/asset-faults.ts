/** What is wrong with the assets that a plan's tasks name: such a plan is not accepted. */
import { forEachAtOnce } from '../at-once.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import { fault } from '../plan/faults.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { CATALOGUE, type CatalogueSettings } from './settings.ts';
import type { AssetState } from './state.ts';
import { whyNotUsable } from './usable.ts';

export type AssetFaults = (plan: Pick<CognitivePlan, 'tasks' | 'tenant_id'>) => Promise<readonly PlanFault[]>;

export interface AssetFaultsDeps {
  readonly ledger: Pick<Ledger, 'loadState'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings?: CatalogueSettings;
}

const READS_AT_ONCE = 16;

/** Each asset is read once, strongly consistent. Throws where one cannot be read: then the plan is not accepted either. */
export function createAssetFaults({ ledger, clock, settings = CATALOGUE }: AssetFaultsDeps): AssetFaults {
  return async ({ tasks, tenant_id }) => {
    const names = [...new Set(tasks.flatMap(({ assets = [] }) => assets.map(({ asset_id }) => asset_id)))];
    const states = new Map<string, AssetState | undefined>();
    await forEachAtOnce(names, READS_AT_ONCE, async (name) => {
      states.set(name, (await ledger.loadState<AssetState>(assetAggregate(name)))?.state);
    });
    const now = clock.now();
    return tasks.flatMap(({ assets = [] }, at) =>
      assets.flatMap(({ asset_id, endpoint }, nth) => {
        const endpoints = endpoint === undefined ? [] : [endpoint];
        const why = whyNotUsable(states.get(asset_id), { asset_id, tenant_id, endpoints }, now, settings);
        return why === undefined ? [] : fault(why.code, ['tasks', at, 'assets', nth], why.message);
      }),
    );
  };
}
