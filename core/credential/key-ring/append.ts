/** From events to the write that appends them: the one place where the ring's events are recorded. */
import { KEY_RING_AGGREGATE } from '../../ledger/aggregate.ts';
import { GENESIS, headOf, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Standing, Write } from '../../ports/ledger.ts';
import { reduceKeyRing } from './reducer.ts';
import { type KeyRingEvent, type KeyRingState, NO_KEYS } from './state.ts';

export interface Appended {
  readonly write: Write;
  readonly state: KeyRingState;
}

/** @param events at least one, each following from the one before */
export function appendToKeyRing(
  before: Standing<KeyRingState> | undefined,
  events: readonly KeyRingEvent[],
  at: number,
  sha256: Sha256,
): Appended {
  let head = before?.head ?? GENESIS;
  let state = before?.state ?? NO_KEYS;
  const records = events.map((event) => {
    const link = record(head, { aggregate: KEY_RING_AGGREGATE, at, subject: {}, event }, sha256);
    head = headOf(link);
    state = reduceKeyRing(state, link);
    return link;
  });
  return { write: { kind: 'append', records, state }, state };
}
