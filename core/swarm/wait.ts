/**
 * How long until an agent can begin one more ticket: what it holds has run for a while, and is censored data. Given that an
 * attempt has not ended after e, the mean of what is left of a log-normal duration X ~ exp(N(μ, σ²)) is
 *
 *   E[X − e | X > e] = exp(μ + σ²/2) · Q(z − σ) / Q(z) − e,   z = (ln e − μ) / σ,   Q the normal's upper tail
 *
 * (Klein & Moeschberger, "Survival Analysis", 2003, section 2.4). The longer an attempt is overdue, the more of it is still
 * to be expected: so an agent that hangs stops being the next one to be free, long before its lease is over.
 */
import type { Estimate, Estimates } from '../trail/estimate.ts';
import { logNormalOf, meanDuration } from '../trail/predict.ts';
import type { AgentRecord, Held } from './agent.ts';

/** An attempt that has begun, or is yet to. */
export interface Ahead {
  readonly estimate: Estimate;
  /** the plan's estimate, ms */
  readonly estimated_ms: number;
  /** ms that it has run for; 0: not begun */
  readonly elapsed_ms: number;
}

/** What a slot is worth waiting for whose ticket was assigned before such things were kept, ms. */
const UNTOLD_MS = 60_000;

/** Expected ms that an attempt still takes, given that it has not ended yet. */
export function remainingDuration({ estimate, estimated_ms, elapsed_ms }: Ahead): number {
  if (elapsed_ms <= 0) return meanDuration(estimate, estimated_ms);
  const { mean, variance } = logNormalOf(estimate);
  const ratio = elapsed_ms / estimated_ms;
  const deviation = Math.sqrt(variance);
  const z = (Math.log(ratio) - mean) / deviation;
  const whole = Math.exp(mean + variance / 2 + logUpperTail(z - deviation) - logUpperTail(z));
  return estimated_ms * Math.max(0, whole - ratio);
}

/**
 * Expected ms until one more ticket can begin behind these, which are served in this order by `workers` at a time.
 *
 * @param heard_ms age of what is known: work has gone on since
 */
export function waitBehind(ahead: readonly Ahead[], workers: number, heard_ms = 0): number {
  if (ahead.length < workers) return 0;
  const free: number[] = new Array(workers).fill(0);
  for (const one of ahead) {
    const next = free.indexOf(Math.min(...free));
    free[next] = (free[next] as number) + remainingDuration(one);
  }
  return Math.max(0, Math.min(...free) - heard_ms);
}

/** Expected ms until the agent has a slot free: 0 if it has one now. */
export function expectedWait(
  { agent_id, capacity, held }: Pick<AgentRecord, 'agent_id' | 'capacity' | 'held'>,
  estimates: Estimates,
  now: number,
): number {
  const ahead = Object.values(held).map((one) => aheadOf(agent_id, one, estimates, now));
  return waitBehind(ahead, capacity);
}

/** Expected ms that a slot is still taken by what holds it. */
export const remainingOfHeld = (agentId: string, held: Held, estimates: Estimates, now: number): number =>
  remainingDuration(aheadOf(agentId, held, estimates, now));

function aheadOf(
  agentId: string,
  { since, expected_ms = UNTOLD_MS, task_type = '' }: Held,
  estimates: Estimates,
  now: number,
): Ahead {
  return {
    estimate: estimates(agentId, task_type),
    estimated_ms: Math.max(1, expected_ms),
    elapsed_ms: Math.max(0, now - (since ?? now)),
  };
}

/** ln P(Z > x) of a standard normal, relative error of P below 1.2e-7 for any x (Press et al., "Numerical Recipes", erfcc). */
function logUpperTail(x: number): number {
  const s = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + s / 2);
  let sum = 0;
  for (const coefficient of CHEBYSHEV) sum = sum * t + coefficient;
  const tail = Math.log(t / 2) - s * s + sum;
  return x >= 0 ? tail : Math.log1p(-Math.exp(tail));
}

/** of ln(erfc(s) / t) + s², the highest power of t first */
const CHEBYSHEV = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
];
