/** May a ticket be tried again after a failed attempt, and when? By band, with exponential backoff and full jitter. */
import type { RiskBand } from '../messages/primitives.ts';
import type { FailureCause, TicketSpec, TicketState } from './state.ts';

export interface RetrySettings {
  /** the ceiling of the first wait, by band, ms; doubled with each failure */
  readonly base_ms: Readonly<Record<RiskBand, number>>;
  /** the ceiling of any wait, ms */
  readonly cap_ms: number;
  /** the ceiling of the wait after an assignment that nobody claimed, or that was handed back, ms; doubled with each of its kind */
  readonly unclaimed_base_ms: number;
}

export const RETRY_SETTINGS: RetrySettings = {
  base_ms: { critical: 1000, high: 2000, medium: 5000, low: 10_000 },
  cap_ms: 300_000,
  unclaimed_base_ms: 1000,
};

const MAX_DOUBLINGS = 20;

/**
 * Full jitter: uniform in [0, ceiling), so that tickets that failed together do not come back together (Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export const backoffMs = (baseMs: number, failures: number, capMs: number, random: number): number =>
  Math.floor(random * Math.min(capMs, baseMs * 2 ** Math.min(failures, MAX_DOUBLINGS)));

/**
 * @param random uniform in [0, 1)
 * @returns epoch ms of the next attempt; undefined when the failure is for good
 */
export function retryAt(
  { state, spec }: { state: TicketState; spec: TicketSpec },
  failure: { readonly cause: FailureCause; readonly retryable: boolean },
  now: number,
  random: number,
  settings: RetrySettings = RETRY_SETTINGS,
): number | undefined {
  const { base_ms, cap_ms, unclaimed_base_ms } = settings;
  if (failure.cause === 'operator') return now;
  // Nothing has run, so nothing is tried "again": neither the retries nor AT_MOST_ONCE are concerned.
  if (failure.cause === 'claim_timeout' || failure.cause === 'taken_back')
    return now + backoffMs(unclaimed_base_ms, state.unclaimed, cap_ms, random);
  // Nor has it failed; but an agent that gives everything back must not keep the pool busy.
  if (failure.cause === 'handed_back')
    return now + backoffMs(unclaimed_base_ms, state.handed_back ?? 0, cap_ms, random);
  // It has not failed either. What was claimed may have begun, which AT_MOST_ONCE rules out doing again.
  if (failure.cause === 'revoked') {
    if (state.phase === 'running' && spec.qos.delivery_mode === 'AT_MOST_ONCE') return undefined;
    return now + backoffMs(unclaimed_base_ms, 0, cap_ms, random);
  }
  if (!failure.retryable || spec.qos.delivery_mode === 'AT_MOST_ONCE') return undefined;
  if (state.failures >= spec.sla.max_retries) return undefined;
  return now + backoffMs(base_ms[spec.risk_band], state.failures, cap_ms, random);
}
