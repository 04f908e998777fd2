/**
 * What tenants and tiers have had of a pool: a strategy's memory between rounds. Rounds of a pool never run at the same
 * time, so it is read and written without a condition. A save that is lost forgets the turns of one round, no more.
 */
import type { Shares } from '../schedule/strategy/strategy.ts';

export interface SharesStore {
  /** strongly consistent; undefined when nothing was ever saved */
  load(pool: string): Promise<Shares | undefined>;
  save(pool: string, shares: Shares): Promise<void>;
}
