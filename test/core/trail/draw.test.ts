import { describe, expect, it } from 'vitest';
import { drawBeta, drawDuration, drawGamma, drawNormal, drawOutcome, drawSuccess } from '../../../core/trail/draw.ts';
import { type Estimate, NEUTRAL } from '../../../core/trail/estimate.ts';
import { meanDuration, quantileDuration, successRate } from '../../../core/trail/predict.ts';
import { randomOf } from '../../simulation/random.ts';

const DRAWS = 20_000;

function moments(draw: () => number): { mean: number; variance: number; values: number[] } {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWS - 1);
  return { mean, variance, values };
}

/** Sure of a mean of twice the estimate, give or take 30 %. */
const SURE: Estimate = {
  ln_ratio: { mean: Math.LN2, kappa: 200, alpha: 100, beta: 9 },
  success: { a: 90, b: 10 },
  evidence: 200,
};

describe('Draws', () => {
  const random = randomOf(5, 'draws').next;

  it('of a standard normal have mean 0 and variance 1', () => {
    const { mean, variance } = moments(() => drawNormal(random));
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it.each([0.3, 1, 4.5, 60])('of a gamma have its shape, %d, as mean and variance', (shape) => {
    const { mean, variance } = moments(() => drawGamma(shape, random));
    expect(Math.abs(mean / shape - 1)).toBeLessThan(0.05);
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.12);
  });

  it.each([
    [1.9, 0.1],
    [1, 1],
    [30, 70],
  ])('of Beta(%d, %d) have its mean and variance', (a, b) => {
    const { mean, variance } = moments(() => drawBeta(a, b, random));
    const p = a / (a + b);
    expect(Math.abs(mean - p)).toBeLessThan(0.01);
    expect(Math.abs(variance / ((p * (1 - p)) / (a + b + 1)) - 1)).toBeLessThan(0.12);
  });

  it('stay probabilities where a parameter is next to nothing', () => {
    for (let i = 0; i < 1000; i++) {
      const p = drawBeta(1e-4, 1e-4, random);
      expect(p >= 0 && p <= 1).toBe(true);
    }
  });

  it('of a mean duration are about the expected one, the closer the more is known', () => {
    const sure = moments(() => drawDuration(SURE, 1000, random));
    expect(Math.abs(sure.mean / meanDuration(SURE, 1000) - 1)).toBeLessThan(0.02);
    const unsure = moments(() => Math.log(drawDuration(NEUTRAL, 1000, random)));
    expect(unsure.variance).toBeGreaterThan(50 * moments(() => Math.log(drawDuration(SURE, 1000, random))).variance);
  });

  it('of outcomes succeed and last as the estimate says', () => {
    const drawn = Array.from({ length: DRAWS }, () => drawOutcome(SURE, 1000, random));
    expect(drawn.filter(({ succeeded }) => succeeded).length / DRAWS).toBeCloseTo(successRate(SURE), 1);
    const sorted = drawn.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b);
    for (const p of [0.1, 0.5, 0.9]) {
      const seen = sorted[Math.floor(p * DRAWS)] as number;
      expect(Math.abs(seen / quantileDuration(SURE, 1000, p) - 1)).toBeLessThan(0.03);
    }
  });

  it('are the same from the same seed', () => {
    const run = () => {
      const { next } = randomOf(9, 'again');
      return [drawDuration(SURE, 1000, next), drawSuccess(SURE, next), drawOutcome(NEUTRAL, 1000, next)];
    };
    expect(run()).toEqual(run());
  });

  it('are finite whatever the random numbers are', () => {
    for (const extreme of [0, 1 - 2 ** -53, 2 ** -53]) {
      const random = () => extreme;
      expect(Number.isFinite(drawNormal(random))).toBe(true);
    }
  });
});
