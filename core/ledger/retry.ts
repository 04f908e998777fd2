/** Optimistic concurrency: who loses a race reads again and decides again, after a short wait drawn with full jitter. */
import { HiveError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

export const COMMIT_CONFLICT = 'COMMIT_CONFLICT';
const ATTEMPTS = 10;
const BASE_MS = 10;
const CAP_MS = 400;

export const isConflict = (error: unknown): error is HiveError =>
  error instanceof HiveError && error.code === COMMIT_CONFLICT;

/**
 * Runs `decide` (read, decide, commit) until its commit goes through.
 * @throws HiveError TRY_AGAIN (503) when it lost every race
 */
export async function retryOnConflict<T>(clock: Clock, decide: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await decide();
    } catch (error) {
      if (!isConflict(error)) throw error;
      await clock.sleep(clock.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
    }
  }
  throw new HiveError('TRY_AGAIN', 'Too many writers wanted the same item at once: call again after a short wait.', {
    status: 503,
  });
}
