/** Whole aggregates from memory. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { LedgerHistory } from '../../core/ports/ledger-history.ts';
import { STATE } from './keys.ts';
import type { MemoryTable } from './table.ts';

export const createMemoryLedgerHistory = (table: MemoryTable): LedgerHistory => ({
  async loadKept(aggregate) {
    const items = table.query(aggregate);
    if (items.length === 0) return undefined;
    const records = items.filter(({ sk }) => sk !== STATE).map(({ item }) => item.record as Recorded);
    const item = items.find(({ sk }) => sk === STATE)?.item;
    if (item === undefined) return { aggregate, records };
    const head = { version: item.version as number, hash: item.hash as string };
    return { aggregate, records, stood: { head, state: item.state } };
  },
});
