import type { Timer, Timers } from '../../core/ports/timers.ts';

export interface MemoryTimers extends Timers {
  /** those that nobody took yet, in the order of when they are due */
  readonly pending: readonly Timer[];
  /** Takes out those that are due at `now` (epoch ms), the earliest first. */
  due(now: number): Timer[];
}

/** Timers that fire when somebody asks for those that are due. */
export function createMemoryTimers(): MemoryTimers {
  let pending: Timer[] = [];
  return {
    get pending() {
      return [...pending];
    },
    async set(timer) {
      pending = [...pending, { ...timer }].sort((a, b) => a.at - b.at);
    },
    due(now) {
      const due = pending.filter(({ at }) => at <= now);
      pending = pending.filter(({ at }) => at > now);
      return due;
    },
  };
}
