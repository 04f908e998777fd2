/** Batches of log entries that wait to be sealed: one partition of the table, emptied every minute. */
import { BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LogBatch } from '../../core/audit/entry.ts';
import type { PendingLog } from '../../core/ports/audit-log.ts';
import * as keys from './keys.ts';
import { queryPartition, type Table, toItem } from './table.ts';

/** DynamoDB's limit for one BatchWriteItem. */
const PER_BATCH = 25;

export const createDynamoPendingLog = (table: Table): PendingLog => ({
  async note({ id, entries }) {
    const item = { pk: keys.PENDING_LOG, sk: id, kind: 'log_batch', entries };
    await table.client.send(new PutItemCommand({ TableName: table.name, Item: toItem(item) }));
  },
  async list(limit) {
    const items = await queryPartition(table, keys.PENDING_LOG, limit);
    return items.map(({ sk, entries }) => ({ id: sk, entries: entries as LogBatch['entries'] }));
  },
  async remove(ids) {
    for (let start = 0; start < ids.length; start += PER_BATCH) {
      const requests = ids.slice(start, start + PER_BATCH).map((id) => ({
        DeleteRequest: { Key: toItem({ pk: keys.PENDING_LOG, sk: id }) },
      }));
      // What was not taken is removed by the next head: it is known to be sealed.
      await table.client.send(new BatchWriteItemCommand({ RequestItems: { [table.name]: requests } }));
    }
  },
});
