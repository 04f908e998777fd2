/** An incident as an event-sourced aggregate: opened once for one cause, resolved by a person or by what mended it. */
import { HiveError } from '../errors.ts';
import { incidentAggregate } from '../ledger/aggregate.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import { GENESIS, type Head, type Recorded, record, type Subject } from '../ledger/chain.ts';
import type { OrchestrationIncident } from '../messages/incident.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Write } from '../ports/ledger.ts';
import type { ByOperator } from '../ticket/events.ts';
import { uuidOf } from '../ticket/ids.ts';
import type { FailureCause } from '../ticket/state.ts';

export type IncidentEvent =
  | { readonly type: 'IncidentOpened'; readonly incident: OrchestrationIncident }
  | ({ readonly type: 'IncidentResolved' } & ByOperator);

export type IncidentState = OrchestrationIncident &
  (
    | { readonly status: 'open' }
    | { readonly status: 'resolved'; readonly resolved_at: number; readonly by: string; readonly why: string }
  );

export interface IncidentRecord {
  readonly head: Head;
  readonly state: IncidentState;
}

/** @throws HiveError INCIDENT_TRANSITION_INVALID (500) */
export function reduceIncident(
  state: IncidentState | undefined,
  { event, at }: Recorded<IncidentEvent>,
): IncidentState {
  if (event.type === 'IncidentOpened' && state === undefined) return { ...event.incident, status: 'open' };
  if (event.type === 'IncidentResolved' && state?.status === 'open')
    return { ...state, status: 'resolved', resolved_at: at, by: event.by, why: event.why };
  throw new HiveError(
    'INCIDENT_TRANSITION_INVALID',
    `An incident that is ${state?.status ?? 'not there'} cannot take ${event.type}.`,
    { status: 500, detail: { incident_id: state?.incident_id, event: event.type } },
  );
}

/** The same cause in the same plan is the same incident. */
export const incidentIdOf = (planId: string, cause: string, sha256: Sha256): string =>
  uuidOf('incident', [planId, cause], sha256);

/** What it is, from why attempts failed. */
export function incidentTypeOf(causes: readonly FailureCause[]): OrchestrationIncident['incident_type'] {
  if (causes.includes('attempt_timeout')) return 'TICKET_TIMEOUT';
  return causes.some((cause) => cause !== 'reported') ? 'WORKER_FAILURE' : 'INCONSISTENCY';
}

export function openIncident(incident: Omit<OrchestrationIncident, 'hash'>, sha256: Sha256): Write {
  const whole = { ...incident, hash: sha256(canonicalJson(incident)) };
  return append(GENESIS, undefined, whole, { type: 'IncidentOpened', incident: whole }, incident.created_at, sha256);
}

export const resolveWrite = (
  { head, state }: IncidentRecord,
  operator: ByOperator,
  at: number,
  sha256: Sha256,
): Write => append(head, state, state, { type: 'IncidentResolved', ...operator }, at, sha256);

function append(
  head: Head,
  state: IncidentState | undefined,
  about: OrchestrationIncident,
  event: IncidentEvent,
  at: number,
  sha256: Sha256,
): Write {
  const { incident_id, workflow_id: plan_id, correlation_id, trace_id } = about;
  const subject: Subject = { plan_id, correlation_id, trace_id };
  const link = record(head, { aggregate: incidentAggregate(incident_id), at, subject, event }, sha256);
  return { kind: 'append_incident', records: [link], state: reduceIncident(state, link) };
}
