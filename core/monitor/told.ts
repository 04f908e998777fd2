/**
 * What of an event may be told. Every member of every event is named here, so that a new one is told only after somebody
 * has decided so: the compiler asks. Task tokens and claims are nobody's to see: who has one can end a ticket.
 */
import type { IncidentEvent } from '../incident/incident.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { TicketEvent } from '../ticket/events.ts';

type MemberOf<E> = E extends unknown ? Exclude<keyof E & string, 'type'> : never;
type Member = MemberOf<TicketEvent> | MemberOf<PlanEvent> | MemberOf<IncidentEvent>;

const TOLD: Readonly<Record<Member, boolean>> = {
  // Secrets.
  task_token: false,
  claim_digest: false,
  // Of any size, or told elsewhere: with the ticket, its explanation, the plan, the incident.
  spec: false,
  header: false,
  result: false,
  output: false,
  admitted: false,
  authorization: false,
  explanation: false,
  incident: false,
  // Inner bookkeeping.
  queue_key: false,
  ranks: false,
  // Facts.
  after_failure: true,
  assets: true,
  agent_id: true,
  approved_by: true,
  attempt: true,
  by: true,
  cause: true,
  code: true,
  compensation_ticket_id: true,
  compensations: true,
  content_digest: true,
  deadline: true,
  due_at: true,
  duration_ms: true,
  error_code: true,
  error_message: true,
  execution_arn: true,
  failed_tasks: true,
  in_doubt: true,
  incident_id: true,
  lease_ms: true,
  machine_arn: true,
  nth: true,
  operator: true,
  p50_at: true,
  p90_at: true,
  pool: true,
  probability: true,
  reason: true,
  reasons: true,
  remaining_ms: true,
  result_digest: true,
  retry_at: true,
  retryable: true,
  role_arn: true,
  run: true,
  session_name: true,
  shape: true,
  slowest: true,
  status: true,
  tickets: true,
  timeout_at: true,
  unmet: true,
  until: true,
  why: true,
};

/** Names of the members that are told. */
export const TOLD_MEMBERS: readonly string[] = Object.entries(TOLD)
  .filter(([, told]) => told)
  .map(([name]) => name);

/** Text and lists in an event as they are told: an answer has room for a hundred events. */
const MAX_TEXT = 2000;
const MAX_LIST = 100;

/** The members of an event that may be told, cut to a bound size. */
export function toldOf(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told = TOLD_MEMBERS.filter((name) => event[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, cut(event[name])]));
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT).toWellFormed()}…` : value;
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map(cut);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member)]));
}
