import { take } from '../../core/guard/bucket.ts';
import type { Failures } from '../../core/guard/failures.ts';
import type { Buckets, FailureCounts } from '../../core/ports/guards.ts';

export function createMemoryBuckets(): Buckets {
  const fullAt = new Map<string, number>();
  return {
    async take(bucket, want, limit, now) {
      const taken = take(fullAt.get(bucket), want, limit, now);
      if (taken.granted > 0) fullAt.set(bucket, taken.full_at);
      return taken;
    },

    async read(buckets) {
      return new Map(buckets.flatMap((bucket) => (fullAt.has(bucket) ? [[bucket, fullAt.get(bucket) as number]] : [])));
    },

    async reset(bucket) {
      fullAt.delete(bucket);
    },
  };
}

export function createMemoryFailureCounts(): FailureCounts {
  const counts = new Map<string, Failures>();
  return {
    async load(breakers) {
      return new Map(
        breakers.flatMap((breaker) => (counts.has(breaker) ? [[breaker, counts.get(breaker) as Failures]] : [])),
      );
    },

    async save(breaker, before, after) {
      if ((counts.get(breaker)?.version ?? 0) !== (before?.version ?? 0)) return false;
      const { opened, ...rest } = after;
      counts.set(breaker, opened ? after : rest);
      return true;
    },
  };
}
