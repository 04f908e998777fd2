/**
 * What is believed of one agent at one kind of work: the others' record as the prior, shifted by what the agent does at
 * other kinds, updated by what it did at this one.
 */
import type { Runs, Tries } from './change.ts';
import { type LnRatio, NEUTRAL, type Success } from './estimate.ts';
import { type Differences, type Offsets, offOf } from './offsets.ts';
import type { Durations, Failures } from './population.ts';

/** A variance is never taken to be surer than from so many values: one agent's may differ from the others'. */
const MAX_SURE_VALUES = 8;
/** Failures that an agent's relative risk is believed to be ordinary by. */
const PRIOR_FAILURES = 2;
const MAX_RATE = 0.95;
const NO_RUNS: Runs = { n: 0, mean: 0, squares: 0 };

/** The update of a normal-inverse-gamma (Murphy 2007, section 6.3) whose prior is the kind's, shifted by the agent's offset. */
export function lnRatioOf(of: Durations, agent: Offsets | undefined, runs: Runs = NO_RUNS, by: Differences): LnRatio {
  const { between, own } = by;
  // What it is off at this kind is no evidence of what it is off at the others.
  const here = offOf(runs, of, by);
  const precision = Math.max(0, (agent?.precision ?? 0) - here.precision);
  const weighted = precision === 0 ? 0 : (agent?.weighted ?? 0) - here.weighted;
  const offset = weighted / (precision + 1 / own);
  const unsure = 1 / (precision + 1 / own) + (1 - own) + of.unsure;
  const prior = {
    mean: of.mean + Math.sqrt(between) * offset,
    kappa: of.within / (between * unsure),
    alpha: NEUTRAL.ln_ratio.alpha + Math.min(MAX_SURE_VALUES, of.values) / 2,
  };
  const beta = (prior.alpha - 1) * of.within;
  const { n, mean, squares } = runs;
  const kappa = prior.kappa + n;
  return {
    mean: (prior.kappa * prior.mean + n * mean) / kappa,
    kappa,
    alpha: prior.alpha + n / 2,
    beta: beta + squares / 2 + (prior.kappa * n * (mean - prior.mean) ** 2) / (2 * kappa),
  };
}

export function successOf(of: Failures, agent: Offsets | undefined, tries: Tries = { n: 0, failures: 0 }): Success {
  const elsewhere = (agent?.failures ?? 0) - tries.failures;
  const expected = (agent?.expected ?? 0) - tries.n * of.rate;
  const risk = (PRIOR_FAILURES + Math.max(0, elsewhere)) / (PRIOR_FAILURES + Math.max(0, expected));
  const rate = Math.min(MAX_RATE, of.rate * risk);
  return { a: of.strength * (1 - rate) + tries.n - tries.failures, b: of.strength * rate + tries.failures };
}
