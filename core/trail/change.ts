/**
 * Has an agent changed? The fast sums tell how it does now; the older part, slow less fast, how it did. Where the two
 * differ by more than chance, the older part is forgotten and what is left is the new behaviour alone.
 *
 * The fast sums still hold attempts from before the change. With two moments the two can be told apart: if k of the n recent
 * values x moved by d, then Σ(x − m) = k·d and Σ(x − m)² − n·σ² = k·d², with m and σ² from before. So a jump is seen at its
 * full size after two or three attempts, not when it has pushed out the past.
 */
import type { Statistics, Sums } from './sums.ts';

/** ln ratios of attempts that succeeded: their number, mean, and sum of squares about the mean. */
export interface Runs {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

export interface Tries {
  readonly n: number;
  readonly failures: number;
}

/** One agent at one kind of work. */
export interface Cell {
  readonly runs: Runs;
  readonly tries: Tries;
  /** attempts as evaporated by now */
  readonly evidence: number;
}

/** Standard errors by which the recent mean must be off: false alarms are one in 16 000 looks at normal values. */
const MEAN_OFF = 4;
/** Twice the log-likelihood ratio by which the recent failures must be off (χ² of 1 degree: one in 2 000 looks). */
const FAILURES_OFF = 12;
/** Attempts that the past must have for a change to be told from it. */
const MIN_PAST = 2;
/** One attempt that is off is chance; two are a change; in between the two views are mixed. */
const ONE_IS_CHANCE = 1;
/** What a variance is taken to be before there is data, worth one value: see NEUTRAL. */
const PRIOR_VARIANCE = 0.5;
const NONE: Runs = { n: 0, mean: 0, squares: 0 };

function older({ slow, fast }: Statistics): Sums {
  // Rounding may leave next to nothing on the wrong side.
  const attempts = Math.max(0, slow.attempts - fast.attempts);
  const failures = Math.min(attempts, Math.max(0, slow.failures - fast.failures));
  return { attempts, failures, ln: slow.ln - fast.ln, ln2: slow.ln2 - fast.ln2 };
}

function runsOf({ attempts, failures, ln, ln2 }: Sums): Runs {
  const n = attempts - failures;
  if (!(n > 1e-9)) return NONE;
  const mean = ln / n;
  return { n, mean, squares: Math.max(0, ln2 - n * mean * mean) };
}

const variance = ({ n, squares }: Runs): number => (PRIOR_VARIANCE + squares) / (1 + n);

/** The present behaviour: how long attempts take, and how they end. */
export function presentOf(statistics: Statistics): Cell {
  const past = older(statistics);
  const evidence = statistics.slow.attempts;
  return { runs: presentRuns(statistics, past), tries: presentTries(statistics, past), evidence };
}

function presentRuns({ slow, fast }: Statistics, before: Sums): Runs {
  const all = runsOf(slow);
  const past = runsOf(before);
  const recent = runsOf(fast);
  if (past.n < MIN_PAST || recent.n < ONE_IS_CHANCE) return all;
  // Just after a change the recent values are of two behaviours, long after it the older ones are.
  const within = Math.min(variance(past), variance(recent));
  const off = recent.n * (recent.mean - past.mean);
  if (off * off < MEAN_OFF ** 2 * within * (recent.n + recent.n ** 2 / past.n)) return all;
  const spread = recent.squares + off ** 2 / recent.n - recent.n * within;
  const moved = Math.min(recent.n, off ** 2 / Math.max(spread, 1e-9));
  const sure = Math.min(1, Math.max(0, moved - ONE_IS_CHANCE));
  return mixed(all, { n: moved, mean: past.mean + off / moved, squares: moved * within }, sure);
}

/** `share` of the one, the rest of the other. */
function mixed(one: Runs, other: Runs, share: number): Runs {
  const [a, b] = [one.n * (1 - share), other.n * share];
  const n = a + b;
  if (n <= 0) return NONE;
  const mean = (a * one.mean + b * other.mean) / n;
  const between = (a * b * (one.mean - other.mean) ** 2) / n;
  return { n, mean, squares: one.squares * (1 - share) + other.squares * share + between };
}

/**
 * One sum of failures cannot tell when they began: D more than expected among
 * n attempts may be all of the last D, or a share of all n. Any number k between is taken as likely in its logarithm, and
 * the new rate is the mean of D ÷ k: (1 − D/n) ÷ ln(n/D).
 */
function presentTries({ slow, fast }: Statistics, past: Sums): Tries {
  const all = { n: slow.attempts, failures: Math.min(slow.failures, slow.attempts) };
  const n = fast.attempts;
  if (past.attempts < MIN_PAST || n < ONE_IS_CHANCE) return all;
  const failures = Math.min(n, fast.failures);
  if (2 * unlikeness(failures, n, past.failures, past.attempts) < FAILURES_OFF) return all;
  // Jeffreys' prior: who never failed may fail.
  const before = (past.failures + 0.5) / (past.attempts + 1);
  const worse = failures > n * before;
  const unlike = worse ? failures - n * before : n - failures - n * (1 - before);
  const rate = meanRate(unlike, n);
  const since = unlike / rate;
  return { n: since, failures: worse ? unlike : since - unlike };
}

/** ln likelihood ratio of two rates of failure against one for both (a G-test; Woolf 1957): 0 if neither has failed. */
function unlikeness(failures: number, n: number, pastFailures: number, past: number): number {
  const rate = (failures + pastFailures) / (n + past);
  const of = (count: number, all: number) => term(count, all, rate) + term(all - count, all, 1 - rate);
  return of(failures, n) + of(pastFailures, past);
}

const term = (count: number, n: number, expected: number): number =>
  count > 0 ? count * Math.log(count / n / expected) : 0;

function meanRate(count: number, n: number): number {
  const share = Math.min(1, count / n);
  return share > 0.999 ? share : (1 - share) / -Math.log(share);
}
