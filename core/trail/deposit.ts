/** How an attempt ended, as what is added to the trail of its agent: integers alone, see `sums.ts`. */
import {
  EPOCH_MS,
  EPOCHS_READ,
  epochOf,
  FAST_RATE,
  type IntegerSums,
  MAX_LN_RATIO,
  SCALE,
  SLOW_RATE,
  type SumName,
} from './sums.ts';

/** A warning counts as half an attempt that failed. */
export type Outcome = 'success' | 'failure' | 'warning';

export interface Ended {
  readonly pool: string;
  /** the kind of work, as `kindOfWork` names it */
  readonly task_type: string;
  readonly agent_id: string;
  readonly outcome: Outcome;
  /** of a success: how long it took; of no account otherwise */
  readonly duration_ms: number;
  readonly estimated_duration_ms: number;
  /** epoch ms when it ended */
  readonly at: number;
}

export interface Deposit {
  readonly pool: string;
  readonly epoch: number;
  readonly agent_id: string;
  readonly task_type: string;
  readonly sums: IntegerSums;
}

/** A sort key has 1024 bytes, an agent's id up to 256 of them; plans may name kinds of work at any length. */
const MAX_KIND = 128;

/** The name that a kind of work is learnt by: itself, or the beginning of it. */
export function trailKind(taskType: string): string {
  return taskType.length <= MAX_KIND ? taskType : [...taskType].slice(0, MAX_KIND).join('');
}

/** ln(duration ÷ estimate), within ±MAX_LN_RATIO; what took less than a millisecond counts as one. */
export function lnRatio(durationMs: number, estimatedMs: number): number {
  const ratio = Math.log(Math.max(1, durationMs) / Math.max(1, estimatedMs));
  return Math.min(MAX_LN_RATIO, Math.max(-MAX_LN_RATIO, ratio));
}

/**
 * A failed attempt says nothing of durations: who fails at once would look fast, and a lost attempt has no duration of its
 * own but the timeout's.
 */
export function depositOf(ended: Ended): Deposit {
  const { pool, agent_id, outcome, at } = ended;
  const epoch = epochOf(at);
  const age = at - epoch * EPOCH_MS;
  const share = outcome === 'warning' ? 0.5 : 1;
  const failed = outcome === 'success' ? 0 : share;
  const ln = outcome === 'success' ? lnRatio(ended.duration_ms, ended.estimated_duration_ms) : 0;
  const sums = {} as Record<SumName, bigint>;
  for (const [scale, rate] of [
    ['slow', SLOW_RATE],
    ['fast', FAST_RATE],
  ] as const) {
    const weight = Math.exp(rate * age) * SCALE;
    sums[`${scale}_attempts`] = BigInt(Math.round(weight * share));
    sums[`${scale}_failures`] = BigInt(Math.round(weight * failed));
    sums[`${scale}_ln`] = BigInt(Math.round(weight * ln));
    sums[`${scale}_ln2`] = BigInt(Math.round(weight * ln * ln));
  }
  return { pool, epoch, agent_id, task_type: trailKind(ended.task_type), sums };
}

/** Epoch seconds from which on nobody reads the epoch any more, a day to spare. */
export const expiresAtS = (epoch: number): number => ((epoch + EPOCHS_READ + 1) * EPOCH_MS) / 1000;
