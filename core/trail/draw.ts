/** Random draws from estimates. All randomness is `random`, uniform in [0, 1): the same seed draws the same. */
import type { Estimate } from './estimate.ts';
import { bounded, boundedVariance } from './predict.ts';

/** Standard normal (Box & Muller 1958; one of the pair, so that a draw keeps nothing). */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Gamma(shape, 1), shape > 0 (Marsaglia & Tsang, "A simple method for generating gamma variables", 2000). */
export function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const t = 1 + c * x;
    if (t <= 0) continue;
    const v = t * t * t;
    const u = 1 - random();
    const square = x * x;
    // Their squeeze: true in most cases, and the exact condition with it, without a logarithm.
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (Math.log(u) < 0.5 * square + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta(a, b), both > 0. */
export function drawBeta(a: number, b: number, random: () => number): number {
  const x = drawGamma(a, random);
  const y = drawGamma(b, random);
  // Both may be too small to be told from 0.
  return x + y > 0 ? x / (x + y) : a / (a + b);
}

/** Mean and variance of ln ratios, drawn from the posterior. */
function drawParameters({ ln_ratio: { mean, kappa, alpha, beta } }: Estimate, random: () => number) {
  const variance = boundedVariance(beta / drawGamma(alpha, random));
  return { mean: mean + Math.sqrt(variance / kappa) * drawNormal(random), variance };
}

/** A mean duration that may be the true one, ms: what Thompson sampling compares agents by. */
export function drawDuration(estimate: Estimate, estimatedMs: number, random: () => number): number {
  const { mean, variance } = drawParameters(estimate, random);
  return estimatedMs * Math.exp(bounded(mean + variance / 2));
}

/** A probability of success that may be the true one. */
export function drawSuccess({ success: { a, b } }: Estimate, random: () => number): number {
  return drawBeta(a, b, random);
}

export interface DrawnOutcome {
  readonly succeeded: boolean;
  /** ms, if it succeeds */
  readonly duration_ms: number;
}

/** How the next attempt may go: uncertain by what is not known and by chance. */
export function drawOutcome(estimate: Estimate, estimatedMs: number, random: () => number): DrawnOutcome {
  const { a, b } = estimate.success;
  const succeeded = random() < a / (a + b);
  const { mean, variance } = drawParameters(estimate, random);
  return { succeeded, duration_ms: estimatedMs * Math.exp(bounded(mean + Math.sqrt(variance) * drawNormal(random))) };
}
