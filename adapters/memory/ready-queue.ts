import type { Pool, ReadyQueue } from '../../core/ports/ready-queue.ts';
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import * as keys from './keys.ts';
import type { MemoryTable } from './table.ts';

export function createMemoryReadyQueue(table: MemoryTable): ReadyQueue {
  return {
    async list(pool, limit, after = '') {
      const waiting = table.query(keys.poolKey(pool)).filter(({ sk }) => sk > after);
      return waiting.slice(0, limit).map(({ item }) => item.entry as QueueEntry);
    },

    async pools() {
      return table.query(keys.POOLS).map(({ item }) => item.pool as Pool);
    },

    async addPool(pool) {
      table.transact([{ pk: keys.POOLS, sk: pool.pool, change: () => ({ pool }) }]);
    },
  };
}
