/** One attempt at a ticket, drawn: how long it takes, and whether it succeeds. */

import { drawNormal } from '../trail/draw.ts';
import type { Behaviour } from './behaviour.ts';
import { drawNormalAbove } from './normal.ts';

export interface Work {
  readonly estimated_ms: number;
  readonly timeout_ms: number;
}

/** ms of the last attempt drawn: it is read right after, and spares an object for each of a hundred thousand. */
export const drawn = { ms: 0 };

/**
 * A failure shows anywhere on the way; what has not succeeded when its time is over has failed.
 * @param elapsed ms that it has been running: it takes longer than that
 * @returns whether it succeeds; `drawn.ms`: from its beginning to its end
 */
export function drawAttempt(
  { estimated_ms, timeout_ms }: Work,
  { mean, sd, success }: Behaviour,
  random: () => number,
  elapsed = 0,
): boolean {
  const succeeds = random() < success;
  const z = elapsed <= 0 ? drawNormal(random) : drawNormalAbove((Math.log(elapsed / estimated_ms) - mean) / sd, random);
  const whole = Math.max(elapsed, estimated_ms * Math.exp(mean + sd * z));
  const inTime = whole <= timeout_ms;
  const end = Math.max(elapsed, Math.min(whole, timeout_ms));
  drawn.ms = succeeds ? end : elapsed + (end - elapsed) * random();
  return succeeds && inTime;
}
