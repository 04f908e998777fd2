/**
 * Aggregates as they lie in the store, for whoever checks it: nothing is left out and nothing put right. Reads are
 * strongly consistent, an aggregate's events and its state are of one moment only while nobody writes to it.
 */
import type { Kept } from '../ledger/replay.ts';

export interface LedgerHistory {
  /** @param aggregate `PLAN#…`, `TICKET#…` or `INCIDENT#…`; undefined when nothing at all is kept of it */
  loadKept(aggregate: string): Promise<Kept | undefined>;
}
