/** A breaker is half open now, or has closed: what waited for it may begin. */
import { forEachAtOnce } from '../at-once.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { Rounds } from '../ports/rounds.ts';

const POOLS_AT_ONCE = 8;

/** Asks for a round of each pool in which somebody waits. Once too often does no harm. */
export function createLookAtBreaker({ queue, rounds }: { queue: ReadyQueue; rounds: Rounds }) {
  return async function lookAtBreaker(key: string, firedAt: number): Promise<void> {
    await forEachAtOnce(await queue.pools(), POOLS_AT_ONCE, async ({ pool }) => {
      const [waiting] = await queue.list(pool, 1);
      if (waiting !== undefined)
        await rounds.request(pool, `breaker ${key} lets a ticket try`, `breaker:${key}:${firedAt}`);
    });
  };
}
