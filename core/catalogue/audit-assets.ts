/** Again and again: every asset that is in use is judged by the rules in force, and what has changed is recorded. */
import { forEachAtOnce } from '../at-once.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import { appendToAsset } from './append.ts';
import { assessState, type CatalogueDeps } from './catalogue.ts';
import { sameJudgement } from './conformance.ts';
import { CATALOGUE } from './settings.ts';
import { ASSETS, type AssetEvent, type AssetState } from './state.ts';
import { turnOf } from './turn.ts';

export interface AssetAudit {
  /** assets in use */
  readonly assets: number;
  readonly non_conforming: readonly string[];
  /** assets that were judged otherwise than before */
  readonly changed: readonly string[];
  /** more assets than are listed: some were not looked at */
  readonly truncated: boolean;
}

const AT_ONCE = 8;

/**
 * May run at any time, twice at once too: an asset is recorded only where it is judged otherwise than it was last, and
 * whoever loses a race reads again and finds it done. An audit that dies goes on with the next one.
 */
export function createAuditAssets({ ledger, clock, sha256, settings = CATALOGUE }: CatalogueDeps) {
  /** @returns whether something was recorded */
  const record = (assetId: string): Promise<boolean> =>
    retryOnConflict(clock, async () => {
      const before = await ledger.loadState<AssetState>(assetAggregate(assetId));
      if (before?.state.status !== 'active') return false;
      const now = clock.now();
      const judgement = assessState(before.state, now, settings);
      if (sameJudgement(judgement, before.state.judgement)) return false;
      const [turn] = turnOf(before.state.judgement.conforming, judgement);
      const event: AssetEvent = turn ?? { type: 'AssetAudited', judgement };
      await ledger.commit([appendToAsset(assetId, before, [event], now, sha256).write]);
      return true;
    });

  return async (): Promise<AssetAudit> => {
    const states = await ledger.listStates<AssetState>(ASSETS, settings.max_assets);
    const active = states.filter(({ status }) => status === 'active');
    const now = clock.now();
    const judged = active.map((state) => ({ state, judgement: assessState(state, now, settings) }));
    const differ = judged.filter(({ state, judgement }) => !sameJudgement(judgement, state.judgement));
    const changed: string[] = [];
    await forEachAtOnce(differ, AT_ONCE, async ({ state: { asset_id } }) => {
      if (await record(asset_id)) changed.push(asset_id);
    });
    return {
      assets: active.length,
      non_conforming: judged.flatMap(({ state, judgement }) => (judgement.conforming ? [] : [state.asset_id])).sort(),
      changed: changed.sort(),
      truncated: states.length >= settings.max_assets,
    };
  };
}
