/** How an attempt ends, and whether there is another one. */
import { retryAt } from '../ticket/retry.ts';
import type { FailureCause, TicketState } from '../ticket/state.ts';
import { createRandom } from './random.ts';
import type { SimulatedTicket } from './tickets.ts';
import type { SimulatedAgent, SimulationRequest } from './types.ts';

/**
 * Whether an attempt fails depends on the seed, the ticket and the number of the attempt alone, so that strategies are
 * compared on the same luck.
 * @param full ms that the attempt takes if it succeeds
 */
export function attemptOf(
  { seed = 1, timeouts = true }: SimulationRequest,
  { failure = 0, fails_after = 1 }: SimulatedAgent,
  { index, spec }: SimulatedTicket,
  attempt: number,
  full: number,
): { readonly outcome: 'completed' | FailureCause; readonly duration_ms: number } {
  const luck = createRandom(seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(attempt, 0x85ebca6b))();
  const fails = luck < failure;
  const duration_ms = fails ? Math.max(1, Math.round(full * fails_after)) : full;
  if (timeouts && duration_ms > spec.sla.timeout_ms)
    return { outcome: 'attempt_timeout', duration_ms: spec.sla.timeout_ms };
  return { outcome: fails ? 'reported' : 'completed', duration_ms };
}

/** ms from the beginning; undefined: it has failed for good */
export function nextAttemptAt(
  { retries = true }: SimulationRequest,
  { spec }: SimulatedTicket,
  failures: number,
  cause: FailureCause,
  now: number,
  random: number,
): number | undefined {
  if (!retries) return undefined;
  const state = { failures, unclaimed: 0 } as TicketState;
  return retryAt({ state, spec }, { cause, retryable: true }, now, random);
}
