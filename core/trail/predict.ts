/** What an estimate says of the next attempt, as numbers: expected duration, quantiles, risk of failure. */
import type { Estimate, LnRatio } from './estimate.ts';
import { studentQuantile } from './quantile.ts';
import { MAX_LN_RATIO } from './sums.ts';

/**
 * The mean of a log-normal, exp(mean + variance ÷ 2), is infinite where the variance is not known (it has a Student-t's
 * tails), and nothing an agent does takes that long: the variance that counts for a mean is at most this.
 */
const MAX_VARIANCE = 4;

export const boundedVariance = (variance: number): number => Math.min(MAX_VARIANCE, variance);
/** A ln ratio within what is ever deposited. */
export const bounded = (lnRatio: number): number => Math.min(MAX_LN_RATIO, Math.max(-MAX_LN_RATIO, lnRatio));

/** Expected variance of ln ratios. */
const varianceOf = ({ alpha, beta }: LnRatio): number => boundedVariance(beta / (alpha - 1));

/** Expected duration of an attempt that succeeds, ms. */
export function meanDuration(estimate: Estimate, estimatedMs: number): number {
  const { mean, variance } = logNormalOf(estimate);
  return estimatedMs * Math.exp(bounded(mean + variance / 2));
}

/** The next ln ratio as a normal of known variance, what is not known of its mean allowed for: a mean duration follows from it. */
export function logNormalOf({ ln_ratio }: Estimate): { readonly mean: number; readonly variance: number } {
  const variance = varianceOf(ln_ratio);
  return { mean: ln_ratio.mean, variance: boundedVariance(variance + variance / ln_ratio.kappa) };
}

/**
 * The duration, ms, that an attempt which succeeds stays below with probability p in (0, 1). The predictive distribution of
 * the next ln ratio is a Student-t with 2·alpha degrees of freedom, located at the mean, of scale
 * √(beta·(kappa + 1) ÷ (alpha·kappa)) (Murphy 2007, section 6.4).
 */
export function quantileDuration({ ln_ratio }: Estimate, estimatedMs: number, p: number): number {
  const { mean, kappa, alpha, beta } = ln_ratio;
  const scale = Math.sqrt((beta * (kappa + 1)) / (alpha * kappa));
  return estimatedMs * Math.exp(bounded(mean + scale * studentQuantile(p, 2 * alpha)));
}

/** Probability that the next attempt succeeds. */
export const successRate = ({ success: { a, b } }: Estimate): number => a / (a + b);
/** Probability that the next attempt fails. */
export const failureRisk = ({ success: { a, b } }: Estimate): number => b / (a + b);
