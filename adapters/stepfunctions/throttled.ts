/** Step Functions takes a few calls a second of each kind: a burst of plans waits for its turn instead of failing. */
import type { Clock } from '../../core/ports/clock.ts';

/** With the waits below at most a minute in all, half of it on average: the caller's own time is two minutes. */
const TRIES = 12;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Not StateMachineLimitExceeded: an account that is full stays full. */
const THROTTLING = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

const isThrottling = (error: unknown): boolean => error instanceof Error && THROTTLING.has(error.name);

/**
 * Calls until it is not throttled any more, with full jitter, so that those refused together do not come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @throws what the call throws; the throttling itself after twelve tries
 */
export async function whenNotThrottled<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottling(error) || tries === TRIES) throw error;
      await clock.sleep(clock.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
    }
  }
}
