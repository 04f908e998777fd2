/** What operators may do. Each is idempotent by state, and recorded with who asked and why. */
import type { HandOverRequest, SkipRequest, VerbAnswer, VerbRequest } from '../messages/monitoring-api.ts';
import type { StrategyRequest } from '../messages/strategy-api.ts';
import type { Authorization } from '../policy/decision.ts';

/** `by` is the caller as the edge knows it, never what the caller says of itself. */
export type By<Request> = Request & {
  readonly by: string;
  /** what the policies allowed it by: committed with what it changes */
  readonly authorization?: Authorization | undefined;
};
export type Verb<Request = VerbRequest> = (id: string, request: By<Request>) => Promise<VerbAnswer>;

/**
 * Every verb throws HiveError PLAN_UNKNOWN, TICKET_UNKNOWN or INCIDENT_UNKNOWN (404) for what is not there, and
 * PLAN_PHASE_WRONG or TICKET_PHASE_WRONG (409) where the phase does not allow it; a verb whose aim stands already
 * answers `changed: false`.
 */
export interface Operations {
  readonly pausePlan: Verb;
  readonly resumePlan: Verb;
  readonly cancelPlan: Verb;
  /** @throws HiveError PLAN_DENIED (403) */
  readonly redrivePlan: Verb;
  /** @throws HiveError APPROVER_IS_AUTHOR, PLAN_DENIED (403) */
  readonly approvePlan: Verb;
  /** @throws HiveError APPROVER_IS_AUTHOR (403) */
  readonly rejectPlan: Verb;
  readonly retryTicket: Verb;
  /** The ticket counts as complete, with the output that the operator gives. */
  readonly skipTicket: Verb<SkipRequest>;
  /** Takes the attempt from its agent, whose token counts no more; another agent gets the ticket. */
  readonly revokeToken: Verb;
  readonly resolveIncident: Verb;
  /** @throws HiveError AGENT_UNKNOWN (404) */
  readonly drainAgent: Verb;
  /** @throws HiveError AGENT_UNKNOWN (404) */
  readonly undrainAgent: Verb;
  /** Sets the agent apart, and takes from it what it holds. @throws HiveError AGENT_UNKNOWN (404) */
  readonly quarantineAgent: Verb;
  /** @throws HiveError AGENT_UNKNOWN (404) */
  readonly releaseAgent: Verb;
  /** The agent's id is another principal's from now on; without one, the first other's that comes. @throws HiveError AGENT_UNKNOWN (404) · OWNER_INVALID (422) */
  readonly handOverAgent: Verb<HandOverRequest>;
  /** Asking again moves the end of its time; `phase` is the strategy. @throws HiveError OVERRIDE_TOO_LONG (422) */
  readonly overrideStrategy: (request: By<StrategyRequest>) => Promise<VerbAnswer>;
}
