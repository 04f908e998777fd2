/** A clock that stands still until it is told to move, for agents under test. */
import type { Clock } from '../../agents/sdk/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on by `ms`, firing what falls due in order. */
  advance(ms: number): void;
  /** Timers that have not fired. */
  pending(): number;
}

export function fakeClock(now = Date.UTC(2026, 0, 1)): FakeClock {
  let time = now;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => time,
    after(ms, action) {
      const timer = { at: time + Math.max(0, ms), action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers = timers.filter((other) => other !== due);
        time = due.at;
        due.action();
      }
      time = end;
    },
    pending: () => timers.length,
  };
}

/** Resolves when the condition holds: lets sockets and promises get on without waiting for any given time. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Moves the clock in steps until the condition holds. */
export async function advanceUntil(clock: FakeClock, stepMs: number, condition: () => boolean): Promise<void> {
  while (!condition()) {
    clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
