/**
 * A token bucket in one number (GCRA): the moment at which it would be full again if nothing more were taken. It fills at
 * `limit` tokens a `period_ms` and holds `burst`; a token takes one interval. In any stretch of w ms at most
 * `burst + w / interval` tokens are taken, whatever the clocks of the takers say of the past: the number only rises.
 */

export interface BucketLimit {
  /** tokens that come back in `period_ms` */
  readonly limit: number;
  readonly period_ms: number;
  /** tokens that a full bucket holds, ≥ 1 */
  readonly burst: number;
}

export interface Taken {
  /** whole tokens, 0 … what was wanted */
  readonly granted: number;
  /** epoch ms at which the bucket is full again */
  readonly full_at: number;
  /** epoch ms before which not even one more token is there: certain, since others can only take more */
  readonly next_at: number;
}

/** Whole ms a token takes to come back, rounded up: a limit is never exceeded for the sake of a fraction. */
export const intervalOf = ({ limit, period_ms }: BucketLimit): number => Math.max(1, Math.ceil(period_ms / limit));

/** Tokens there at a moment. @param fullAt undefined: never used, which is full */
export function tokensAt(fullAt: number | undefined, limit: BucketLimit, now: number): number {
  const missing_ms = Math.max(fullAt ?? now, now) - now;
  return Math.max(0, Math.floor(limit.burst - missing_ms / intervalOf(limit)));
}

/**
 * Takes as many as are there, at most what is wanted.
 * @param fullAt as the bucket was left; a taker whose clock is behind does not set it back
 * @param now epoch ms
 */
export function take(fullAt: number | undefined, want: number, limit: BucketLimit, now: number): Taken {
  const granted = Math.min(want, tokensAt(fullAt, limit, now));
  const before = Math.max(fullAt ?? now, now);
  return taken(granted, granted === 0 ? (fullAt ?? now) : before + granted * intervalOf(limit), limit);
}

export const taken = (granted: number, full_at: number, limit: BucketLimit): Taken => ({
  ...{ granted, full_at },
  next_at: full_at - (limit.burst - 1) * intervalOf(limit),
});

/** A share of a limit, one of as many as there are shards; what does not divide is left out. */
export const shareOf = ({ limit, period_ms, burst }: BucketLimit, shards: number): BucketLimit => ({
  limit: limit / shards,
  period_ms,
  burst: Math.max(1, Math.floor(burst / shards)),
});
