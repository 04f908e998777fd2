import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { NO_FAILURES } from '../../core/guard/failures.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

/** A token comes back every second. */
const LIMIT = { limit: 60, period_ms: 60_000, burst: 10 };

describeContract('Buckets', (stores) => {
  const bucket = () => `user#${randomUUID()}#0`;

  it('give what is there, and say when there will be more', async () => {
    const { buckets } = stores();
    const of = bucket();
    expect(await buckets.take(of, 8, LIMIT, NOW)).toEqual({ granted: 8, full_at: NOW + 8000, next_at: NOW - 1000 });
    expect(await buckets.take(of, 8, LIMIT, NOW)).toEqual({ granted: 2, full_at: NOW + 10_000, next_at: NOW + 1000 });
    expect(await buckets.take(of, 1, LIMIT, NOW + 999)).toEqual({
      ...{ granted: 0, full_at: NOW + 10_000, next_at: NOW + 1000 },
    });
    expect(await buckets.take(of, 5, LIMIT, NOW + 3500)).toMatchObject({ granted: 3, next_at: NOW + 4000 });
    expect(await buckets.take(of, 20, LIMIT, NOW + 60_000)).toMatchObject({ granted: 10 });
  });

  it('are not set back by a clock that is behind', async () => {
    const { buckets } = stores();
    const of = bucket();
    await buckets.take(of, 10, LIMIT, NOW);
    expect(await buckets.take(of, 1, LIMIT, NOW - 5000)).toMatchObject({ granted: 0, full_at: NOW + 10_000 });
    expect(await buckets.read([of, bucket()])).toEqual(new Map([[of, NOW + 10_000]]));
  });

  it('give no token twice, however many take at once', async () => {
    const { buckets } = stores();
    const of = bucket();
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => buckets.take(of, 3, LIMIT, NOW)));
    const granted = answers.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.granted : 0), 0);
    expect(granted).toBeGreaterThan(0);
    expect(granted).toBeLessThanOrEqual(10);
  });

  it('are full again when reset', async () => {
    const { buckets } = stores();
    const of = bucket();
    await buckets.take(of, 10, LIMIT, NOW);
    await buckets.reset(of);
    expect(await buckets.take(of, 10, LIMIT, NOW)).toMatchObject({ granted: 10 });
    await buckets.reset(bucket());
  });
});

describeContract('FailureCounts', (stores) => {
  const breaker = () => `agent:${randomUUID()}`;

  it('keep what was saved, of those that have any', async () => {
    const { failures } = stores();
    const [of, other] = [breaker(), breaker()];
    const after = { version: 1, counted: [{ event: 'TICKET#a@4', at: NOW }], cleared_until: 0 };
    expect(await failures.save(of, undefined, after)).toBe(true);
    expect(await failures.load([of, other])).toEqual(new Map([[of, after]]));
    expect(await failures.load([])).toEqual(new Map());
  });

  it('take one change of two that saw the same', async () => {
    const { failures } = stores();
    const of = breaker();
    const first = { ...NO_FAILURES, version: 1, cleared_until: NOW };
    expect(await failures.save(of, undefined, first)).toBe(true);
    expect(await failures.save(of, undefined, first)).toBe(false);
    const second = { ...first, version: 2, opened: true };
    expect(await failures.save(of, first, second)).toBe(true);
    expect(await failures.save(of, first, { ...first, version: 2, cleared_until: 1 })).toBe(false);
    expect(await failures.load([of])).toEqual(new Map([[of, second]]));
    expect(await failures.save(of, second, { ...first, version: 3, opened: false })).toBe(true);
    expect(await failures.load([of])).toEqual(new Map([[of, { ...first, version: 3 }]]));
  });
});
