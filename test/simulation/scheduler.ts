/**
 * One thread for everything that may happen: what can go on now stands in one list, and chance says which goes on next.
 * Time stands still as long as anything can go on, and then jumps to the next thing that waits for it.
 */
import { createHeap } from '../support/heap.ts';
import type { Random } from './random.ts';

export interface Scheduler {
  /** epoch ms */
  now(): number;
  /** It may go on from now, before or after whatever else can. */
  soon(run: () => void): void;
  /** The same from `ms` on. */
  after(ms: number, run: () => void): void;
  /** One thing goes on, up to where it waits again. Resolves to false when there is nothing left. */
  step(): Promise<boolean>;
  /** nothing can go on without time passing */
  idle(): boolean;
}

/** Ticks come when no promise is left to be resolved: whatever was set going has come to its next wait. */
const nothingLeftToResolve = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export function createScheduler(start: number, random: Random): Scheduler {
  let now = start;
  const ready: (() => void)[] = [];
  const later = createHeap<{ readonly at: number; readonly run: () => void }>();

  function wake(): void {
    for (let at = later.earliest(); at !== undefined && at <= now; at = later.earliest())
      ready.push((later.take() as { run: () => void }).run);
  }

  return {
    now: () => now,
    soon: (run) => void ready.push(run),
    after(ms, run) {
      if (ms <= 0) ready.push(run);
      else later.put({ at: now + Math.ceil(ms), run });
    },
    idle: () => ready.length === 0,
    async step() {
      if (ready.length === 0) {
        const at = later.earliest();
        if (at === undefined) return false;
        now = at;
        wake();
      }
      const chosen = random.below(ready.length);
      const run = ready[chosen] as () => void;
      const last = ready.pop() as () => void;
      if (chosen < ready.length) ready[chosen] = last;
      run();
      await nothingLeftToResolve();
      return true;
    },
  };
}
