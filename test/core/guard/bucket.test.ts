import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalOf, take } from '../../../core/guard/bucket.ts';

const limits = fc.record({
  limit: fc.integer({ min: 1, max: 5000 }),
  period_ms: fc.constantFrom(1000, 60_000),
  burst: fc.integer({ min: 1, max: 300 }),
});
const asks = fc.array(
  fc.record({ wait: fc.integer({ min: -3000, max: 20_000 }), want: fc.integer({ min: 1, max: 50 }) }),
  { maxLength: 60 },
);

describe('A token bucket', () => {
  it('gives in no stretch more than its burst and what comes back meanwhile, whatever the clocks say', () => {
    fc.assert(
      fc.property(limits, asks, (limit, calls) => {
        let [now, full] = [1_000_000, undefined as number | undefined];
        const given: { at: number; granted: number }[] = [];
        for (const { wait, want } of calls) {
          now += wait;
          const { granted, full_at } = take(full, want, limit, now);
          full = full_at;
          given.push({ at: now, granted });
        }
        // The latest clock of those so far is as late as anybody can pretend.
        for (let from = 0; from < given.length; from++) {
          let [sum, latest] = [0, given[from]?.at ?? 0];
          for (const { at, granted } of given.slice(from)) {
            sum += granted;
            latest = Math.max(latest, at);
            const start = Math.min(given[from]?.at ?? 0, ...given.slice(from).map((one) => one.at));
            expect(sum).toBeLessThanOrEqual(limit.burst + (latest - start) / intervalOf(limit));
          }
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('refuses until the moment it named, and gives a token then', () => {
    fc.assert(
      fc.property(limits, asks, (limit, calls) => {
        let [now, full] = [1_000_000, undefined as number | undefined];
        for (const { wait, want } of calls) {
          now += Math.max(0, wait);
          const taken = take(full, want, limit, now);
          full = taken.full_at;
          if (taken.next_at <= now) continue;
          expect(take(full, 1, limit, taken.next_at - 1).granted).toBe(0);
          expect(take(full, 1, limit, taken.next_at).granted).toBe(1);
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});
