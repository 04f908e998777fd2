/** A strategy's change as a write of the ledger. */
import { STRATEGY_AGGREGATE } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Write } from '../../ports/ledger.ts';
import { reduceStrategy, type StrategyChanged, type StrategyRecord } from './choice.ts';

/** @param current undefined before anything was recorded */
export function appendStrategy(
  current: StrategyRecord | undefined,
  event: StrategyChanged,
  at: number,
  sha256: Sha256,
): Extract<Write, { kind: 'append_strategy' }> {
  const head = current?.head ?? GENESIS;
  const link = record(head, { aggregate: STRATEGY_AGGREGATE, at, subject: {}, event }, sha256);
  return { kind: 'append_strategy', records: [link], state: reduceStrategy(current?.state, link) };
}
