import type { Trails } from '../../core/ports/trails.ts';
import { type IntegerSums, SUM_NAMES } from '../../core/trail/sums.ts';
import * as keys from './keys.ts';
import type { MemoryTable } from './table.ts';

export function createMemoryTrails(table: MemoryTable): Trails {
  return {
    async read(pool, epoch) {
      return table.query(keys.trailKey(pool, epoch)).map(({ item }) => ({
        epoch,
        agent_id: item.agent_id as string,
        task_type: item.task_type as string,
        sums: Object.fromEntries(SUM_NAMES.map((name) => [name, item[name]])) as IntegerSums,
      }));
    },
  };
}
