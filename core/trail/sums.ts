/**
 * What a trail is made of: forward-decayed sums of integers (Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay", ICDE
 * 2009). A deposit weighs exp(rate · age of the epoch), so what is stored never changes by time passing: evaporation is one
 * multiplication when it is read, and adding is all that is ever written. Integers, so that the order of adding is no matter.
 *
 * Two rates: `slow` forgets 10 % an hour; `fast` half in 20 minutes, to tell how an agent does now from how it did.
 */

/** Weights start over with each epoch, a UTC day: else they would outgrow any number. */
export const EPOCH_MS = 86_400_000;
/** Epochs that are read: of what is older, less than 0.9^72 = 0.05 % is left. */
export const EPOCHS_READ = 4;
/** 10 % an hour, a ms. */
export const SLOW_RATE = -Math.log(0.9) / 3_600_000;
/** A half-life of 20 minutes, a ms. */
export const FAST_RATE = Math.LN2 / 1_200_000;

/**
 * A weight of 1 as stored. No sum outgrows the 38 digits of DynamoDB's numbers, whatever is deposited: the largest weight,
 * at the end of an epoch, is 2^72 (fast; slow 0.9^-24 = 12.6); the largest term ln² r is MAX_LN_RATIO² = 144 < 2^7.2; so
 * one deposit adds at most 2^(72 + 16 + 7.2) < 4.5e28, and 10^9 of them, 11 574 a second all day, less than 4.5e37 < 10^38.
 * The smallest weight, 1, is rounded to half of 1 in 2^16: less than 0.001 %.
 */
export const SCALE = 2 ** 16;
/** |ln(duration ÷ estimate)| that is told apart: 160 000 times as long or as short. */
export const MAX_LN_RATIO = 12;

export const SUM_NAMES = [
  'slow_attempts',
  'slow_failures',
  'slow_ln',
  'slow_ln2',
  'fast_attempts',
  'fast_failures',
  'fast_ln',
  'fast_ln2',
] as const;
export type SumName = (typeof SUM_NAMES)[number];
export type IntegerSums = Readonly<Record<SumName, bigint>>;

/** Of one agent and one kind of work in one pool and epoch. */
export interface TrailRow {
  readonly epoch: number;
  readonly agent_id: string;
  readonly task_type: string;
  readonly sums: IntegerSums;
}

/** Weighted sums over attempts, evaporated to a moment: an attempt at that moment weighs 1. */
export interface Sums {
  attempts: number;
  failures: number;
  /** Σ w·x and Σ w·x² over the attempts that succeeded, x = ln(duration ÷ estimate) */
  ln: number;
  ln2: number;
}

export interface Statistics {
  readonly slow: Sums;
  readonly fast: Sums;
}

export const epochOf = (at: number): number => Math.floor(at / EPOCH_MS);

export const noSums = (): Sums => ({ attempts: 0, failures: 0, ln: 0, ln2: 0 });
export const noStatistics = (): Statistics => ({ slow: noSums(), fast: noSums() });

/** A row as numbers, as of its epoch's start: the part of reading that is the same at any time. */
export function statisticsOf(sums: IntegerSums): Statistics {
  return {
    slow: {
      attempts: Number(sums.slow_attempts) / SCALE,
      failures: Number(sums.slow_failures) / SCALE,
      ln: Number(sums.slow_ln) / SCALE,
      ln2: Number(sums.slow_ln2) / SCALE,
    },
    fast: {
      attempts: Number(sums.fast_attempts) / SCALE,
      failures: Number(sums.fast_failures) / SCALE,
      ln: Number(sums.fast_ln) / SCALE,
      ln2: Number(sums.fast_ln2) / SCALE,
    },
  };
}

/** What is left of sums after a time. */
export interface Evaporation {
  readonly slow: number;
  readonly fast: number;
}

export const NONE: Evaporation = { slow: 1, fast: 1 };

export const evaporationOver = (ms: number): Evaporation => ({
  slow: Math.exp(-SLOW_RATE * ms),
  fast: Math.exp(-FAST_RATE * ms),
});

/** Adds what is left of `more` to `into`. Evaporating twice is evaporating once for as long as both. */
export function addStatistics(into: Statistics, more: Statistics, left: Evaporation = NONE): void {
  addSums(into.slow, more.slow, left.slow);
  addSums(into.fast, more.fast, left.fast);
}

/** Adds `factor` times `more` to `into`. */
export function addSums(into: Sums, more: Sums, factor: number): void {
  into.attempts += factor * more.attempts;
  into.failures += factor * more.failures;
  into.ln += factor * more.ln;
  into.ln2 += factor * more.ln2;
}
