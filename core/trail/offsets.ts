/**
 * What an agent is off at all its kinds of work together: how much slower or faster than others, in standard deviations
 * between agents, and how many more failures than expected.
 */
import type { Cell, Runs } from './change.ts';
import type { Durations, Kind } from './population.ts';

export interface Offsets {
  /** Σ of what each kind of work tells of the offset, weighted by its precision */
  precision: number;
  weighted: number;
  failures: number;
  expected: number;
  /** for products over pairs of kinds: Σ w·z, Σ (w·z)², Σ w, Σ w² */
  readonly pairs: { sum: number; squares: number; weights: number; weightSquares: number };
}

/** How agents differ: the variance of their means at a kind of work, and the part of it that is theirs at every kind. */
export interface Differences {
  readonly between: number;
  readonly own: number;
}

/** Pairs of an agent's kinds of work that the prior belief, half by the agent and half by the kind, is worth. */
const PRIOR_PAIRS = 2;

export const noOffsets = (): Offsets => ({
  precision: 0,
  weighted: 0,
  failures: 0,
  expected: 0,
  pairs: { sum: 0, squares: 0, weights: 0, weightSquares: 0 },
});

/** What a cell tells of its agent's offset: the cell's own part of the variance, 1 − own, is allowed for. */
export function offOf({ n, mean }: Runs, { mean: common, within }: Durations, { between, own }: Differences) {
  if (n === 0) return { precision: 0, weighted: 0 };
  const precision = 1 / (1 - own + within / (n * between));
  return { precision, weighted: (precision * (mean - common)) / Math.sqrt(between) };
}

export function addOffset(agent: Offsets, { runs, tries }: Cell, { durations, failures }: Kind, by: Differences): void {
  const { precision, weighted } = offOf(runs, durations, by);
  agent.precision += precision;
  agent.weighted += weighted;
  agent.failures += tries.failures;
  agent.expected += tries.n * failures.rate;
}

export function addPair({ pairs }: Offsets, { runs }: Cell, { durations: { mean } }: Kind, between: number): void {
  const weight = runs.n / (runs.n + 1);
  const off = (weight * (runs.mean - mean)) / Math.sqrt(between);
  pairs.sum += off;
  pairs.squares += off * off;
  pairs.weights += weight;
  pairs.weightSquares += weight * weight;
}

/**
 * How much of the difference between agents is the agent's at every kind of work: the correlation of its means at two
 * kinds, over all pairs. Between 0 and 1.
 */
export function shareOfAgent(agents: Iterable<Offsets>): number {
  let products = PRIOR_PAIRS / 2;
  let count = PRIOR_PAIRS;
  for (const { pairs } of agents) {
    // Of an agent at one kind of work alone both are 0.
    products += pairs.sum ** 2 - pairs.squares;
    count += pairs.weights ** 2 - pairs.weightSquares;
  }
  return Math.min(0.95, Math.max(0.05, products / count));
}
