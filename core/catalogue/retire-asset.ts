/** An asset is taken out of use: it stays in the catalogue, and nothing calls it any more. */
import { assetAggregate } from '../ledger/aggregate.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { AssetAnswer } from '../messages/catalogue-api.ts';
import type { VerbRequest } from '../messages/monitoring-api.ts';
import { appendToAsset } from './append.ts';
import { answerOf, type ByCaller, type CatalogueDeps, operatorIn, unknownAsset } from './catalogue.ts';
import { CATALOGUE } from './settings.ts';
import type { AssetState } from './state.ts';

/** One that is retired already stays so: nothing is written. @throws HiveError ASSET_UNKNOWN (404) */
export function createRetireAsset({ ledger, clock, sha256, settings = CATALOGUE }: CatalogueDeps) {
  return (id: string, request: ByCaller<VerbRequest>): Promise<AssetAnswer> =>
    retryOnConflict(clock, async () => {
      const before = await ledger.loadState<AssetState>(assetAggregate(id));
      const now = clock.now();
      if (before === undefined) throw unknownAsset(id);
      if (before.state.status === 'retired') return answerOf(before.state, false, now, settings);
      const event = { type: 'AssetRetired' as const, operator: operatorIn(request) };
      const next = appendToAsset(id, before, [event], now, sha256);
      await ledger.commit([next.write]);
      return answerOf(next.state, true, now, settings);
    });
}
