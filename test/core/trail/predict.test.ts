import { describe, expect, it } from 'vitest';
import { type Estimate, NEUTRAL } from '../../../core/trail/estimate.ts';
import { failureRisk, meanDuration, quantileDuration, successRate } from '../../../core/trail/predict.ts';
import { normalQuantile, studentQuantile } from '../../../core/trail/quantile.ts';

describe('Quantiles', () => {
  it('of the normal are those of the tables', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959963985],
      [0.001, -3.090232306],
      [0.999999, 4.753424309],
    ] as const)
      expect(normalQuantile(p)).toBeCloseTo(z, 6);
  });

  it('of Student’s t are those of the tables, within 0.1 %', () => {
    for (const [p, freedom, t] of [
      [0.95, 2, 2.919986],
      [0.9, 4, 1.533206],
      [0.975, 4, 2.776445],
      [0.9999, 4, 13.033672],
      [0.975, 10, 2.228139],
      [0.6, 10, 0.260185],
      [0.99, 120, 2.35782],
    ] as const) {
      expect(Math.abs(studentQuantile(p, freedom) / t - 1)).toBeLessThan(0.001);
      expect(studentQuantile(1 - p, freedom)).toBeCloseTo(-studentQuantile(p, freedom), 9);
    }
  });

  it('of Student’s t with a fraction of a degree more lie between those of whole ones', () => {
    for (const p of [0.6, 0.9, 0.99, 0.9999])
      for (const freedom of [2, 3, 4, 7])
        for (const more of [0.25, 0.5, 0.75]) {
          expect(studentQuantile(p, freedom + more)).toBeLessThan(studentQuantile(p, freedom) * 1.0001);
          expect(studentQuantile(p, freedom + more)).toBeGreaterThan(studentQuantile(p, freedom + 1) * 0.9999);
        }
  });
});

describe('A prediction', () => {
  const known = (mean: number, n: number): Estimate => ({
    ln_ratio: { mean, kappa: n, alpha: 2 + n / 2, beta: 0.1 * (1 + n / 2) },
    success: { a: n, b: 1 },
    evidence: n,
  });

  it('has its median at the estimate where nothing is known, and most within a factor of eight', () => {
    expect(quantileDuration(NEUTRAL, 60_000, 0.5)).toBeCloseTo(60_000, 6);
    expect(quantileDuration(NEUTRAL, 60_000, 0.95)).toBeLessThan(8 * 60_000);
    expect(successRate(NEUTRAL)).toBeCloseTo(0.95, 9);
    expect(failureRisk(NEUTRAL)).toBeCloseTo(0.05, 9);
  });

  it('is the narrower the more is known, and rises with p', () => {
    const spread = (n: number) => quantileDuration(known(0, n), 1000, 0.9) / quantileDuration(known(0, n), 1000, 0.1);
    expect(spread(100)).toBeLessThan(spread(10));
    expect(spread(10)).toBeLessThan(spread(2));
    const quantiles = [0.01, 0.1, 0.5, 0.9, 0.99].map((p) => quantileDuration(known(1, 5), 1000, p));
    expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
  });

  it('expects the mean of a log-normal, and never an infinite one', () => {
    const sure: Estimate = {
      ...known(Math.LN2, 1),
      ln_ratio: { mean: Math.LN2, kappa: 1e6, alpha: 1e6, beta: 0.09e6 },
    };
    expect(meanDuration(sure, 1000)).toBeCloseTo(2000 * Math.exp(0.045), 0);
    const vague: Estimate = { ...NEUTRAL, ln_ratio: { mean: 0, kappa: 1e-9, alpha: 1 + 1e-12, beta: 1 } };
    expect(meanDuration(vague, 1000)).toBeLessThan(10_000);
    expect(Number.isFinite(quantileDuration(vague, 1000, 0.999))).toBe(true);
  });
});
