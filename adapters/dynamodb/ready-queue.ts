import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Pool, ReadyQueue } from '../../core/ports/ready-queue.ts';
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import * as keys from './keys.ts';
import { queryPartition, type Table, toItem } from './table.ts';

export function createDynamoReadyQueue(table: Table): ReadyQueue {
  return {
    async list(pool, limit, after) {
      const items = await queryPartition(table, keys.poolKey(pool), limit, after);
      return items.map(({ entry }) => entry as QueueEntry);
    },

    async pools() {
      const items = await queryPartition(table, keys.POOLS);
      return items.map(({ pool, required_capabilities }) => ({ pool, required_capabilities }) as Pool);
    },

    async addPool(pool) {
      const Item = toItem({ pk: keys.POOLS, sk: pool.pool, kind: 'pool', ...pool });
      await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    },
  };
}
