/**
 * What agents have in common: the prior of each is what the others did (empirical Bayes; Efron & Morris 1973, Casella 1985).
 * An agent counts by n ÷ (n + prior), so that none outweighs the others however much it did.
 */
import type { Cell } from './change.ts';

/** ln ratios of one kind of work over all agents of a pool. */
export interface Durations {
  readonly mean: number;
  /** variance of the mean above, in variances between agents */
  readonly unsure: number;
  /** variance of one agent's values about its own mean, and how many values that is known from */
  readonly within: number;
  readonly values: number;
}

/** Failures of one kind of work over all agents of a pool: Beta(strength · (1 − rate), strength · rate) for success. */
export interface Failures {
  readonly rate: number;
  readonly strength: number;
}

/** One kind of work over all agents of a pool. */
export interface Kind {
  readonly durations: Durations;
  readonly failures: Failures;
}

// What NEUTRAL says: a variance of 0.5, as much again of the mean (half by the agent, half by the kind of work); 1 of 20 fails.
const WITHIN = 0.5;
const BETWEEN = 0.25;
const RATE = 0.05;
const STRENGTH = 2;
/** Values, agents that the above is worth. */
const VALUES = 2;
const AGENTS = 2;
const STEPS = 4;
const MIN_WITHIN = 1e-4;
const MAX_STRENGTH = 50;

export function durationsOver(cells: readonly Pick<Cell, 'runs'>[]): Durations {
  let squares = VALUES * WITHIN;
  let values = 0;
  let weights = 0;
  let sum = 0;
  for (const { runs } of cells) {
    const { n, mean, squares: own } = runs;
    squares += own;
    values += Math.max(0, n - 1);
    const weight = n / (n + 1);
    weights += weight;
    sum += weight * mean;
  }
  const within = Math.max(MIN_WITHIN, squares / (VALUES + values));
  return { mean: sum / (1 + weights), unsure: 1 / (1 + weights), within, values };
}

/**
 * Variance between agents' means at the same kind of work, over all kinds: a few steps of expectation maximisation
 * (Dempster, Laird, Rubin 1977) from what NEUTRAL says, so that few agents that happen to agree are not taken to be all alike.
 */
export function betweenAgents(
  kinds: Iterable<{ durations: Durations; cells: ReadonlyMap<string, Pick<Cell, 'runs'>> }>,
) {
  const all = [...kinds];
  let between = BETWEEN;
  for (let step = 0; step < STEPS; step++) {
    let sum = AGENTS * BETWEEN;
    let count = AGENTS;
    for (const { durations, cells } of all)
      for (const { runs } of cells.values()) {
        if (runs.n === 0) continue;
        const chance = durations.within / (durations.within + runs.n * between);
        sum += ((1 - chance) * (runs.mean - durations.mean)) ** 2 + chance * between;
        count++;
      }
    between = sum / count;
  }
  return between;
}

export function failuresOver(cells: readonly Pick<Cell, 'tries'>[]): Failures {
  let weights = STRENGTH;
  let sum = STRENGTH * RATE;
  for (const { tries } of cells) {
    const { n, failures } = tries;
    const weight = n / (n + STRENGTH);
    weights += weight;
    sum += n > 0 ? (weight * failures) / n : 0;
  }
  const rate = sum / weights;
  const chance = rate * (1 - rate);
  let between = (STRENGTH * chance) / (STRENGTH + 1);
  for (const { tries } of cells) {
    const { n, failures } = tries;
    if (n > 0) between += (n / (n + STRENGTH)) * ((failures / n - rate) ** 2 - chance / Math.max(1, n));
  }
  const variance = Math.max(chance / (MAX_STRENGTH + 1), between / weights);
  return { rate, strength: Math.min(MAX_STRENGTH, Math.max(STRENGTH, chance / variance - 1)) };
}
