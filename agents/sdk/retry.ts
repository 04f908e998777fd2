/** Repeats a call that failed in passing, with exponential backoff and full jitter. */
import { type Clock, sleep } from './clock.ts';
import { isTransient } from './failures.ts';

const BASE_MS = 200;
const CAP_MS = 10_000;

/**
 * Full jitter: uniform between nothing and the exponential ceiling, so that agents cut off together do not come back
 * together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20));
}

export interface RetryOptions {
  clock: Clock;
  random: () => number;
  /** Epoch milliseconds: no try starts after it. */
  until: number;
  signal?: AbortSignal;
  /** Which failures are worth another try; default: transient ones. */
  again?: (error: unknown) => boolean;
  onRetry?: (error: unknown, waitMs: number) => void;
}

/** Answers with the first success; throws the error when it is not worth another try, or the last one when time is up. */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, until, signal, again = isTransient } = options;
  for (let failures = 0; ; failures++) {
    try {
      return await call();
    } catch (error) {
      const waitMs = backoffMs(failures, options.random);
      if (!again(error) || signal?.aborted || clock.now() + waitMs > until) throw error;
      options.onRetry?.(error, Math.round(waitMs));
      await sleep(clock, waitMs, signal);
      if (signal?.aborted) throw error;
    }
  }
}
