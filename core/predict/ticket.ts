/**
 * How long a ticket will take, and whether it will fail: all its attempts, on the agent that has it, or on those that may
 * get it. By Monte Carlo: attempts until one succeeds, with waits between them, have no closed form, and the draws are
 * the same as those that a plan's prediction is made of.
 */
import { backoffMs, RETRY_SETTINGS } from '../ticket/retry.ts';
import type { Estimate } from '../trail/estimate.ts';
import { drawAttempt, drawn, type Work } from './attempt.ts';
import { drawBehaviour } from './behaviour.ts';

export interface TicketOutlook {
  /** ms from now on until it has succeeded; where it fails for good, of the cases where it does not */
  readonly p10_ms: number;
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p99_ms: number;
  /** 0–1: that it fails for good */
  readonly failure: number;
}

export interface TicketAhead extends Work {
  /** attempts that may still follow a failed one */
  readonly retries_left: number;
  /** the ceiling of the first wait after a failure, ms, as by its band */
  readonly backoff_ms: number;
  /** failures so far */
  readonly failures: number;
  /** it is running, for so long, on the first of the agents */
  readonly elapsed_ms?: number;
}

/** An agent that may get it, with how likely that is compared with the others. */
export interface LikelyAgent {
  readonly estimate: Estimate;
  readonly weight: number;
}

const SAMPLES = 400;

/**
 * @param agents at least one; each attempt goes to one of them by weight
 * @param random uniform in [0, 1)
 */
export function predictTicket(
  ticket: TicketAhead,
  agents: readonly LikelyAgent[],
  random: () => number,
  samples = SAMPLES,
): TicketOutlook {
  const weights = agents.reduce((sum, { weight }) => sum + weight, 0);
  const pick = (): Estimate => {
    let left = random() * weights;
    for (const { weight, estimate } of agents) {
      left -= weight;
      if (left < 0) return estimate;
    }
    return (agents[0] as LikelyAgent).estimate;
  };
  const ends: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const end = courseOf(ticket, pick, agents[0] as LikelyAgent, random);
    if (end !== undefined) ends.push(end);
  }
  ends.sort((a, b) => a - b);
  return {
    p10_ms: quantile(ends, 0.1),
    p50_ms: quantile(ends, 0.5),
    p90_ms: quantile(ends, 0.9),
    p99_ms: quantile(ends, 0.99),
    failure: 1 - ends.length / samples,
  };
}

/** @returns ms until it has succeeded; undefined when it fails for good */
function courseOf(
  ticket: TicketAhead,
  pick: () => Estimate,
  holder: LikelyAgent,
  random: () => number,
): number | undefined {
  let elapsed = ticket.elapsed_ms ?? 0;
  let at = -elapsed;
  for (let failed = 0; ; failed++) {
    const estimate = elapsed > 0 ? holder.estimate : pick();
    const done = drawAttempt(ticket, drawBehaviour(estimate, random), random, elapsed);
    at += drawn.ms;
    if (done) return Math.max(0, at);
    if (failed >= ticket.retries_left) return undefined;
    at += backoffMs(ticket.backoff_ms, ticket.failures + failed, RETRY_SETTINGS.cap_ms, random());
    elapsed = 0;
  }
}

/** Of sorted values, by linear interpolation between them; Infinity where there are none. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.POSITIVE_INFINITY;
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  // Where one is infinite there is nothing between them.
  return a === b || place === low ? a : a + (b - a) * (place - low);
}
