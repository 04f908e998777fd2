/** Whole aggregates from DynamoDB: a partition each. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { LedgerHistory } from '../../core/ports/ledger-history.ts';
import { STATE } from './keys.ts';
import { queryPartition, type Table } from './table.ts';

export const createDynamoLedgerHistory = (table: Table): LedgerHistory => ({
  async loadKept(aggregate) {
    const items = await queryPartition(table, aggregate);
    if (items.length === 0) return undefined;
    const records = items.filter(({ kind }) => kind === 'event').map(({ record }) => record as Recorded);
    const item = items.find(({ sk }) => sk === STATE);
    if (item === undefined) return { aggregate, records };
    const head = { version: item.version as number, hash: item.hash as string };
    return { aggregate, records, stood: { head, state: item.state } };
  },
});
