/** From events to the write that appends them: the one place where an asset's events are recorded. */
import { assetAggregate } from '../ledger/aggregate.ts';
import { GENESIS, headOf, record } from '../ledger/chain.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Standing, Write } from '../ports/ledger.ts';
import { reduceAsset } from './reducer.ts';
import { ASSETS, type AssetEvent, type AssetState } from './state.ts';

export interface Appended {
  readonly write: Write;
  readonly state: AssetState;
}

/** @param events each follows from the one before */
export function appendToAsset(
  assetId: string,
  before: Standing<AssetState> | undefined,
  events: readonly [AssetEvent, ...AssetEvent[]],
  at: number,
  sha256: Sha256,
): Appended {
  let head = before?.head ?? GENESIS;
  let state = before?.state;
  const records = events.map((event) => {
    const link = record(head, { aggregate: assetAggregate(assetId), at, subject: {}, event }, sha256);
    head = headOf(link);
    state = reduceAsset(state, link);
    return link;
  });
  const after = state as AssetState;
  return { write: { kind: 'append', records, state: after, listed: { under: ASSETS, by: assetId } }, state: after };
}
