/**
 * The net under the wake-ups: asks for a round of every pool in which a ticket waits. Every change that lets a ticket run
 * asks for its round by itself; this is for the ones that died before they could, and for time alone changing things
 * (an agent that was silent is back between two looks).
 */
import { forEachAtOnce } from '../at-once.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { Rounds } from '../ports/rounds.ts';

export interface SweepPoolsDeps {
  queue: ReadyQueue;
  rounds: Rounds;
  clock: Clock;
}

const POOLS_AT_ONCE = 16;

/** @returns the pools that a round was asked for; doing it twice at the same moment asks once */
export function createSweepPools({ queue, rounds, clock }: SweepPoolsDeps) {
  return async function sweepPools(): Promise<string[]> {
    const pools = await queue.pools();
    const now = clock.now();
    const swept: string[] = [];
    await forEachAtOnce(pools, POOLS_AT_ONCE, async ({ pool }) => {
      const [waiting] = await queue.list(pool, 1);
      if (waiting === undefined) return;
      await rounds.request(pool, 'sweep', `sweep:${now}`);
      swept.push(pool);
    });
    return swept;
  };
}
