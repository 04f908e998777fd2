/** A pool that is served turn by turn: what a strategy's tests play rounds on. */
import { dueAt } from '../../../../core/schedule/aging.ts';
import { laneOfKey } from '../../../../core/schedule/lanes.ts';
import type { QueueEntry } from '../../../../core/schedule/queue-entry.ts';
import type { StrategyName } from '../../../../core/schedule/strategy/names.ts';
import { strategies } from '../../../../core/schedule/strategy/strategies.ts';
import type { RankContext, Shares } from '../../../../core/schedule/strategy/strategy.ts';

export interface Pool {
  readonly waiting: QueueEntry[];
  shares: Shares | undefined;
  /** Assigns the next tickets, at most so many, none of those that nobody can run. */
  round(
    now: number,
    slots: number,
    canRun?: (entry: QueueEntry) => boolean,
    /** of lanes in which there are more than the round read */
    open?: readonly QueueEntry[],
  ): QueueEntry[];
}

export function poolOf(strategy: StrategyName, context: Partial<RankContext> = {}): Pool {
  const { rank, charge } = strategies[strategy];
  const pool: Pool = {
    waiting: [],
    shares: undefined,
    round(now, slots, canRun = () => true, open = []) {
      const with_ = { ...context, now, shares: pool.shares };
      const ranked = rank(pool.waiting, with_);
      const taken = ranked
        .map(({ entry }) => entry)
        .filter(canRun)
        .slice(0, slots);
      const assigned = new Set(taken.map(({ ticket_id }) => ticket_id));
      // As it comes back from the store.
      pool.shares = structuredClone(
        charge({ ranked, assigned, open: new Set(open.map(({ key }) => laneOfKey(key))), cursors: {} }, with_),
      );
      const left = pool.waiting.filter(({ ticket_id }) => !assigned.has(ticket_id));
      pool.waiting.splice(0, pool.waiting.length, ...left);
      return taken;
    },
  };
  return pool;
}

export const byDue = (a: QueueEntry, b: QueueEntry): number => dueAt(a) - dueAt(b) || (a.key < b.key ? -1 : 1);
