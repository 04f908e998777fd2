/**
 * What guards keep between processes: buckets of tokens, and failures that were counted. None of it is the ledger's: losing
 * it lets a few calls more through, or counts failures anew. Breakers themselves are aggregates of the ledger.
 */
import type { BucketLimit, Taken } from '../guard/bucket.ts';
import type { Failures } from '../guard/failures.ts';

export interface Buckets {
  /**
   * Takes up to `want` tokens, atomically with all other takers. Not to be repeated for the same tokens: what nobody knows
   * to have been taken is lost, and never taken twice.
   * @param now epoch ms by the taker's clock
   * @throws when nobody knows
   */
  take(bucket: string, want: number, limit: BucketLimit, now: number): Promise<Taken>;
  /** When it is full again, epoch ms, of those that were ever used and are not forgotten. */
  read(buckets: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** It is full. */
  reset(bucket: string): Promise<void>;
}

export interface FailureCounts {
  /** of those breakers that have any */
  load(breakers: readonly string[]): Promise<ReadonlyMap<string, Failures>>;
  /** Resolves to false when somebody else has written since `before` was read: read again. */
  save(breaker: string, before: Failures | undefined, after: Failures): Promise<boolean>;
}
