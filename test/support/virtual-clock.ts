/** A clock that a test moves: waiting takes no time, and chance is the test's own. */
import type { Clock } from '../../core/ports/clock.ts';
import { NOW } from './plans.ts';

export interface VirtualClock extends Clock {
  advance(ms: number): void;
}

/** @param random by default a fixed number: the same run twice is the same */
export function virtualClock(now = NOW, random: () => number = () => 0.5): VirtualClock {
  let time = now;
  return {
    now: () => time,
    sleep: () => Promise.resolve(),
    random,
    advance(ms) {
      time += ms;
    },
  };
}
