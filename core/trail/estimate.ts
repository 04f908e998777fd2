/** What is known of one kind of work on one agent: who learns it (trails) and who decides by it (matching, prediction, simulation) agree on this. */

/**
 * Posterior of ln(duration ÷ estimated duration): a normal of unknown mean and variance under its conjugate
 * normal-inverse-gamma(mean, kappa, alpha, beta) (Murphy, "Conjugate Bayesian analysis of the Gaussian distribution", 2007).
 */
export interface LnRatio {
  readonly mean: number;
  /** observations that the mean is worth */
  readonly kappa: number;
  /** > 1 */
  readonly alpha: number;
  readonly beta: number;
}

/** Posterior of the probability that an attempt succeeds: Beta(a, b). */
export interface Success {
  readonly a: number;
  readonly b: number;
}

export interface Estimate {
  readonly ln_ratio: LnRatio;
  readonly success: Success;
  /** attempts that this rests on, as evaporated by now; 0: nothing but the prior */
  readonly evidence: number;
}

/** What the swarm knows at a moment. Never fails: an agent or a kind of work nobody has seen gets the prior. */
export type Estimates = (agentId: string, taskType: string) => Estimate;

/** Before anything is known: the plan's own estimate, give or take a factor of two, and 19 of 20 attempts succeed. */
export const NEUTRAL: Estimate = {
  ln_ratio: { mean: 0, kappa: 1, alpha: 2, beta: 0.5 },
  success: { a: 1.9, b: 0.1 },
  evidence: 0,
};

export const neutral: Estimates = () => NEUTRAL;
