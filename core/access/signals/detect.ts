/** Which refusals are a signal by themselves, and how many of them are one: pure. */
import type { SignalKind } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import type { AccessSettings } from '../settings.ts';

/** A signal before it is raised: `about` tells it from others of its kind within the window. */
export interface Suspicion {
  readonly kind: SignalKind;
  readonly principal: string;
  readonly about: string;
  readonly because: string;
  readonly window_ms: number;
  readonly refusals?: number;
  readonly resource?: string;
  readonly source?: string | undefined;
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
}

/** Speaking for what is another's, whichever rule says so. */
const OF_ANOTHER: readonly string[] = ['TOKEN_OF_ANOTHER_AGENT', 'TICKET_ASSIGNED_ELSEWHERE', 'AGENT_OF_ANOTHER'];
/** The code of the rule, and ids of policies that say the same. */
const BY_AUTHOR = /^(?:APPROVER_IS_AUTHOR|[\w.-]*author[\w.-]*)$/i;
const APPROVALS: readonly string[] = ['ApprovePlan', 'RejectPlan'];

export function suspicionOf(refusal: Refusal, settings: AccessSettings): Suspicion | undefined {
  const { code, principal, action, resource, source, plan_id, ticket_id } = refusal;
  const common = { principal, resource, about: resource, window_ms: settings.signal_window_ms, source };
  const where = { plan_id, ticket_id };
  if (OF_ANOTHER.includes(code))
    return { kind: 'agent_reported_for_another', ...common, ...where, because: `${action} was refused: ${code}` };
  if (APPROVALS.includes(action) && [code, ...(refusal.policies ?? [])].some((id) => BY_AUTHOR.test(id)))
    return { kind: 'plan_approved_by_author', ...common, ...where, because: `${action} by who wrote the plan` };
  if (code === 'ENROLMENT_USED')
    return { kind: 'enrolment_used_again', ...common, about: principal, because: 'it was exchanged before' };
  if (code === 'ENROLMENT_WITHDRAWN')
    return { kind: 'withdrawn_enrolment_used', ...common, about: principal, because: 'it was withdrawn before' };
  return undefined;
}

/** @param refusals of the principal in the window so far */
export function burstOf(principal: string, refusals: number, settings: AccessSettings): Suspicion | undefined {
  const { burst_refusals, burst_window_ms: window_ms } = settings;
  if (refusals < burst_refusals) return undefined;
  const because = `${refusals} calls were refused within ${window_ms / 1000} s`;
  return { kind: 'denied_burst', principal, about: principal, because, window_ms, refusals };
}

/** The beginning of the window that a moment is in, epoch ms. */
export const windowOf = (at: number, window_ms: number): number => Math.floor(at / window_ms) * window_ms;
