/**
 * How an agent does on one kind of work, drawn from what is known of it: once a sample, so that what is uncertain of the
 * agent is uncertain for all its tickets together, and not averaged away over them.
 */
import { drawGamma, drawNormal, drawSuccess } from '../trail/draw.ts';
import type { Estimate } from '../trail/estimate.ts';
import { bounded, boundedVariance, meanDuration, successRate } from '../trail/predict.ts';

export interface Behaviour {
  /** of ln(duration ÷ estimate) */
  readonly mean: number;
  readonly sd: number;
  /** 0–1 */
  readonly success: number;
}

export function drawBehaviour(estimate: Estimate, random: () => number): Behaviour {
  const { mean, kappa, alpha, beta } = estimate.ln_ratio;
  const variance = boundedVariance(beta / drawGamma(alpha, random));
  return {
    mean: bounded(mean + drawNormal(random) * Math.sqrt(variance / kappa)),
    sd: Math.sqrt(variance),
    success: drawSuccess(estimate, random),
  };
}

/** What is expected, for choosing between agents: ms of work until it is done, for an estimate of 1 ms. */
export const expectedRatio = (estimate: Estimate): number => meanDuration(estimate, 1) / successRate(estimate);
