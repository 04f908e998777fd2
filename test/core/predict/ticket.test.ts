import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawAttempt, drawn } from '../../../core/predict/attempt.ts';
import { drawNormalAbove, normalCdf } from '../../../core/predict/normal.ts';
import { predictTicket, quantile, type TicketAhead } from '../../../core/predict/ticket.ts';
import { createRandom } from '../../../core/simulate/random.ts';
import { type Estimate, NEUTRAL } from '../../../core/trail/estimate.ts';
import { quantileDuration } from '../../../core/trail/predict.ts';

const ahead: TicketAhead = { estimated_ms: 1000, timeout_ms: 600_000, retries_left: 2, backoff_ms: 100, failures: 0 };
/** A thousand attempts have shown: so many times the estimate, this spread, so likely to succeed. */
const known = (ratio: number, sd: number, success: number): Estimate => ({
  ln_ratio: { mean: Math.log(ratio), kappa: 1000, alpha: 500, beta: 500 * sd * sd },
  success: { a: 1000 * success, b: 1000 * (1 - success) + 1e-6 },
  evidence: 1000,
});
const on = (...estimates: Estimate[]) => estimates.map((estimate) => ({ estimate, weight: 1 }));

describe('a normal known to be above a value', () => {
  it('is, wherever that value lies, and is drawn as likely as its tail says', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 60, noNaN: true }), fc.integer(), (from, seed) => {
        const random = createRandom(seed);
        for (let draw = 0; draw < 20; draw++) expect(drawNormalAbove(from, random)).toBeGreaterThanOrEqual(from);
      }),
    );
    for (const from of [-3, 0, 1, 3, 4.5]) {
      const random = createRandom(7);
      const draws = Array.from({ length: 20_000 }, () => drawNormalAbove(from, random));
      const expected = normalCdf(-from - 0.5) / normalCdf(-from);
      expect(draws.filter((z) => z > from + 0.5).length / draws.length).toBeCloseTo(expected, 1);
    }
  });
});

describe('the outlook of a ticket', () => {
  it('has the quantiles of its agent, where it does not fail', () => {
    const estimate = known(2, 0.5, 1);
    const told = predictTicket(ahead, on(estimate), createRandom(1), 20_000);
    expect(told.failure).toBe(0);
    for (const [p, ms] of [
      [0.1, told.p10_ms],
      [0.5, told.p50_ms],
      [0.9, told.p90_ms],
      [0.99, told.p99_ms],
    ] as const)
      expect(Math.abs(ms / quantileDuration(estimate, 1000, p) - 1)).toBeLessThan(0.06);
  });

  it('fails for good as often as every one of its attempts does', () => {
    const told = predictTicket(ahead, on(known(1, 0.2, 0.5)), createRandom(2), 20_000);
    expect(told.failure).toBeCloseTo(0.5 ** 3, 1);
    const once = predictTicket({ ...ahead, retries_left: 0 }, on(known(1, 0.2, 0.5)), createRandom(2), 20_000);
    expect(once.failure).toBeCloseTo(0.5, 1);
  });

  it('counts the time of failed attempts and of the waits after them', () => {
    const sure = predictTicket(ahead, on(known(1, 0.2, 1)), createRandom(3));
    const shaky = predictTicket(ahead, on(known(1, 0.2, 0.6)), createRandom(3));
    const waits = predictTicket({ ...ahead, backoff_ms: 60_000 }, on(known(1, 0.2, 0.6)), createRandom(3));
    expect(shaky.p90_ms).toBeGreaterThan(sure.p90_ms);
    expect(waits.p90_ms).toBeGreaterThan(shaky.p90_ms + 10_000);
  });

  it('of one that has run long is what is left of those that run so long', () => {
    const estimate = known(1, 0.3, 1);
    const elapsed = 1500;
    const told = predictTicket({ ...ahead, elapsed_ms: elapsed }, on(estimate), createRandom(4), 20_000);
    const random = createRandom(5);
    const left = Array.from({ length: 200_000 }, () => {
      drawAttempt(ahead, { mean: 0, sd: 0.3, success: 1 }, random);
      return drawn.ms - elapsed;
    })
      .filter((ms) => ms > 0)
      .sort((a, b) => a - b);
    expect(Math.abs(told.p50_ms / quantile(left, 0.5) - 1)).toBeLessThan(0.1);
  });

  it('lies, between two likely agents, between theirs, and is the worse the less is known', () => {
    const [fast, slow] = [known(1, 0.1, 1), known(10, 0.1, 1)];
    const mixed = predictTicket(ahead, on(fast, slow), createRandom(6), 4000);
    expect(mixed.p10_ms).toBeLessThan(2000);
    expect(mixed.p90_ms).toBeGreaterThan(5000);
    const unknown = predictTicket(ahead, on(NEUTRAL), createRandom(6), 4000);
    const sure = predictTicket(ahead, on(known(1, 0.3, 0.95)), createRandom(6), 4000);
    expect(unknown.p99_ms).toBeGreaterThan(sure.p99_ms);
  });

  it('is sane whatever is known, and the same for the same seed', () => {
    const estimate = fc.record({
      ln_ratio: fc.record({
        mean: fc.double({ min: -12, max: 12, noNaN: true }),
        kappa: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        alpha: fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        beta: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      }),
      success: fc.record({
        a: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        b: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      }),
      evidence: fc.constant(1),
    });
    const elapsed = fc.integer({ min: 1, max: 700_000 });
    fc.assert(
      fc.property(estimate, fc.option(elapsed, { nil: undefined }), fc.integer(), (one, elapsed_ms, seed) => {
        const ticket = elapsed_ms === undefined ? ahead : { ...ahead, elapsed_ms };
        const told = predictTicket(ticket, on(one), createRandom(seed), 40);
        expect(told).toEqual(predictTicket(ticket, on(one), createRandom(seed), 40));
        const { p10_ms, p50_ms, p90_ms, p99_ms, failure } = told;
        expect(p10_ms).toBeGreaterThanOrEqual(0);
        expect([p10_ms, p50_ms, p90_ms, p99_ms]).toEqual([p10_ms, p50_ms, p90_ms, p99_ms].sort((a, b) => a - b));
        expect(failure >= 0 && failure <= 1).toBe(true);
        if (failure < 1) expect(p99_ms).toBeLessThan(3 * (600_000 + 300_000) + 1);
      }),
      { numRuns: 60 },
    );
  });
});
