/** From an event to the write that appends it: the one place where a breaker's events are recorded. */
import { breakerAggregate } from '../ledger/aggregate.ts';
import { GENESIS, record } from '../ledger/chain.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Standing, Write } from '../ports/ledger.ts';
import { type BreakerEvent, type BreakerState, reduceBreaker } from './breaker.ts';

/** Where `listStates` finds those that are open: who asks what is open reads nothing else. */
export const OPEN_BREAKERS = 'BREAKERS#open';
const CLOSED_BREAKERS = 'BREAKERS#closed';

export function appendToBreaker(
  before: Standing<BreakerState> | undefined,
  event: BreakerEvent,
  at: number,
  sha256: Sha256,
): { readonly write: Write; readonly state: BreakerState } {
  const link = record(
    before?.head ?? GENESIS,
    { aggregate: breakerAggregate(event.key), at, subject: {}, event },
    sha256,
  );
  const state = reduceBreaker(before?.state, link);
  const under = state.phase === 'open' ? OPEN_BREAKERS : CLOSED_BREAKERS;
  const by = `${String(state.since).padStart(15, '0')}#${event.key}`;
  return { write: { kind: 'append', records: [link], state, listed: { under, by } }, state };
}
