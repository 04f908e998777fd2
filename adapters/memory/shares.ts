import type { SharesStore } from '../../core/ports/shares.ts';
import type { Shares } from '../../core/schedule/strategy/strategy.ts';
import * as keys from './keys.ts';
import type { MemoryTable } from './table.ts';

export function createMemorySharesStore(table: MemoryTable): SharesStore {
  const placeOf = (pool: string) => ({ pk: keys.sharesKey(pool), sk: keys.STATE });
  return {
    async load(pool) {
      return table.get(placeOf(pool))?.shares as Shares | undefined;
    },

    async save(pool, shares) {
      table.transact([{ ...placeOf(pool), change: () => ({ shares }) }]);
    },
  };
}
