/** From a ledger event to the fact on the bus; fields are named one by one, so nothing private slips out. */

import type { Bounds, CredentialEvent, EnrolmentEvent } from '../access/enrolment/state.ts';
import type { AccessEvent } from '../access/events.ts';
import type { AssetEvent, Judgement } from '../catalogue/state.ts';
import type { KeyRingEvent } from '../credential/key-ring/state.ts';
import type { BreakerEvent } from '../guard/breaker.ts';
import type { IncidentEvent } from '../incident/incident.ts';
import type { BusEvent, BusEventType } from '../messages/bus-events.ts';
import type { PlanEvent, PlanRejected } from '../plan/events.ts';
import type { PlanPrediction } from '../plan/prediction.ts';
import type { PoliciesEvent, PolicySetWritten } from '../policy/in-force/state.ts';
import type { StrategyChanged } from '../schedule/strategy/choice.ts';
import type { HealthEvent } from '../swarm/health/state.ts';
import type { ByOperator, TicketEvent } from '../ticket/events.ts';
import type { Failure } from '../ticket/state.ts';
import type { Recorded } from './chain.ts';

export type LedgerEvent =
  | TicketEvent
  | PlanEvent
  | PlanRejected
  | IncidentEvent
  | HealthEvent
  | StrategyChanged
  | AssetEvent
  | BreakerEvent
  | AccessEvent
  | EnrolmentEvent
  | CredentialEvent
  | PoliciesEvent
  | PolicySetWritten
  | KeyRingEvent;

/** Text from outside as it may go on the bus: an entry holds 256 KB, a call ten of them. */
const MAX_TEXT = 2000;
/** Of a list, as much as is told on the bus; the ledger has the rest. */
const MAX_FAULTS = 25;
const MAX_DETAILS = 20;
const MAX_NAMES = 50;
const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…`.toWellFormed() : text);
const names = (list: readonly string[]): string[] => list.slice(0, MAX_NAMES);

/** @returns undefined for events that concern nobody outside */
export function toBusEvent(record: Recorded<LedgerEvent>): BusEvent | undefined {
  const { event, subject, at, aggregate, version } = record;
  const facts = factsOf(event, aggregate);
  if (facts === undefined) return undefined;
  const common = { event_id: `${aggregate}@${version}`, at, schema_version: 1, ...subject };
  return { detail_type: event.type as BusEventType, detail: { ...common, ...facts } };
}

function factsOf(event: LedgerEvent, aggregate: string): Record<string, unknown> | undefined {
  switch (event.type) {
    case 'PlanAccepted':
      return { tickets: event.tickets, shape: event.shape };
    case 'PlanAwaitingApproval':
      return { reasons: event.reasons };
    case 'PlanStarted':
      return { execution_arn: event.execution_arn };
    case 'PlanCompleted':
      return { tickets: event.tickets, duration_ms: event.duration_ms };
    case 'PlanFailed':
      return ending(event);
    case 'PlanHalted':
      return { ...ending(event), incident_id: event.incident_id };
    case 'PlanCompensating': {
      const { compensations, in_doubt, operator } = event;
      return { ...ending(event), compensations, in_doubt: names(in_doubt), ...(operator && person(operator)) };
    }
    case 'PlanCompensated':
      return { compensations: event.compensations, duration_ms: event.duration_ms };
    case 'PlanRedriven':
      return { run: event.run, ...person(event) };
    case 'PlanPaused':
    case 'PlanResumed':
    case 'PlanCancelled':
    case 'PlanApprovalRejected':
    case 'TicketSkipped':
    case 'TicketReopened':
      return person(event);
    case 'PlanRejected': {
      const { digest, reissue, faults, faults_total } = event;
      const told = faults.slice(0, MAX_FAULTS).map((fault) => ({ ...fault, message: cut(fault.message) }));
      return { digest, reissue, faults: told, faults_total };
    }
    case 'TicketReady':
      return { pool: event.pool };
    case 'TicketAssigned':
      return { agent_id: event.agent_id, attempt: event.attempt };
    case 'TokenRevoked':
      return { agent_id: event.agent_id, attempt: event.attempt, ...person(event) };
    case 'TokenExchanged': {
      const { agent_id, attempt, role_arn, assets, until } = event;
      return { agent_id, attempt, role_arn, assets, until };
    }
    case 'TicketReminded': {
      const { agent_id, attempt, nth, remaining_ms } = event;
      return { agent_id, attempt, nth, remaining_ms };
    }
    case 'AttemptFailed':
      return { ...failure(event), retry_at: event.retry_at };
    case 'TicketCompleted':
      return { agent_id: event.agent_id, attempt: event.attempt, duration_ms: event.duration_ms };
    case 'TicketFailed':
      return failure(event);
    case 'TicketEscalated':
      return { ...failure(event), incident_id: event.incident_id };
    case 'TicketCancelled':
      return { reason: cut(event.reason) };
    case 'TicketCompensated':
      return { compensation_ticket_id: event.compensation_ticket_id };
    case 'ReportRefused':
      return { agent_id: event.agent_id, attempt: event.attempt, code: event.code, status: event.status };
    case 'IncidentOpened': {
      const { incident_id, incident_type, severity, details, affected_tickets, hash } = event.incident;
      const told = details.slice(0, MAX_DETAILS).map(cut);
      return { incident_id, incident_type, severity, details: told, affected_tickets: names(affected_tickets), hash };
    }
    case 'IncidentResolved':
      return { incident_id: idIn(aggregate), ...person(event) };
    case 'AgentDegraded':
    case 'AgentUnhealthy':
    case 'AgentRecovered':
    case 'AgentRemoved': {
      const { from, to, reasons, figures } = event;
      return { agent_id: idIn(aggregate), from, to, reasons, figures };
    }
    case 'AgentDraining':
    case 'AgentUndrained':
    case 'AgentQuarantined':
    case 'AgentReleased':
      return { agent_id: idIn(aggregate), ...person(event) };
    case 'AgentHandedOver': {
      const { from, to } = event;
      return { agent_id: idIn(aggregate), from, to, ...person(event) };
    }
    case 'SlaAtRisk':
      return { ...prediction(event), slowest: names(event.slowest) };
    case 'SlaRecovered':
      return prediction(event);
    case 'SlaViolated':
      return { deadline: event.deadline };
    case 'StrategyChanged': {
      const { from, to, cause, budget, operator, until } = event;
      const by = { ...(operator && person(operator)), ...(until !== undefined && { until }) };
      return { from, to, cause, ...by, ...(budget && { budget }) };
    }
    case 'AssetPut': {
      const { asset_id, kind, tenant_id, version } = event.asset;
      const { score, conforming } = event.judgement;
      return { asset_id, kind, tenant_id, version, score, conforming, ...person(event.operator) };
    }
    case 'AssetRetired':
      return { asset_id: idIn(aggregate), ...person(event.operator) };
    case 'AssetConforming':
    case 'AssetNonConforming':
      return { asset_id: idIn(aggregate), ...judged(event.judgement) };
    case 'BreakerOpened': {
      const { key, cause, until } = event;
      return { key, cause, until };
    }
    case 'BreakerClosed': {
      const { key, cause, operator } = event;
      return { key, cause, ...(operator && person(operator)) };
    }
    case 'AccessRefused': {
      const { code, action, principal, resource, policies, source } = event;
      return { code, action, principal, resource, source, ...(policies && { policies: names(policies) }) };
    }
    case 'SecuritySignalRaised': {
      const { type: _, because, ...said } = event;
      return { ...said, because: cut(because) };
    }
    case 'RoleGranted':
      return { principal: idIn(aggregate), role: event.role, tenants: names(event.tenants), ...person(event) };
    case 'RoleRevoked':
      return { principal: idIn(aggregate), role: event.role, ...person(event) };
    case 'BreakGlassUsed':
      return { principal: idIn(aggregate), until: event.until, ...person(event) };
    // Of secrets, and of what is kept of them, nothing is told.
    case 'EnrolmentMade': {
      const about = { enrolment_id: idIn(aggregate), agent_id: event.agent_id };
      return { ...about, ...told(event), expires_at: event.expires_at, ...person(event) };
    }
    case 'EnrolmentUsed':
      return { enrolment_id: idIn(aggregate), ...(event.source !== undefined && { source: cut(event.source) }) };
    case 'EnrolmentWithdrawn':
      return { enrolment_id: idIn(aggregate), ...person(event) };
    case 'CredentialIssued': {
      const { bounds, enrolment_id, expires_at } = event;
      return { agent_id: idIn(aggregate), enrolment_id, ...told(bounds), expires_at };
    }
    case 'CredentialRenewed':
      return { agent_id: idIn(aggregate), expires_at: event.expires_at };
    case 'CredentialRevoked':
      return { agent_id: idIn(aggregate), ...person(event) };
    case 'PoliciesProposed':
      return { version: event.version, digest: event.digest, ...person(event) };
    case 'PoliciesApproved':
      return { version: event.version, ...person(event) };
    case 'PoliciesRolledBack':
      return { from: event.from, to: event.to, ...person(event) };
    case 'PoliciesShadowed':
      return { ...(event.version !== undefined && { version: event.version }), ...person(event) };
    case 'KeyAdded':
    case 'KeyRetired':
      return { kid: event.kid };
    case 'KeyActivated': {
      const { kid, before_until, operator } = event;
      return { kid, ...(before_until !== undefined && { before_until }), ...(operator && person(operator)) };
    }
    case 'KeyRevoked':
      return { kid: event.kid, ...person(event.operator) };
    case 'PolicySetWritten':
    case 'AssetReviewed':
    case 'AssetAudited':
    case 'PlanReceived':
    case 'PlanPredicted':
    case 'CompensationEntered':
    case 'TicketCreated':
    case 'TicketGated':
    case 'TicketReentered':
    case 'GateOpened':
    case 'TicketDeferred':
    case 'TicketStarted':
    case 'TicketWithdrawn':
    case 'CompensationStarted':
    case 'BreakerTried':
    case 'BreakerTrialDropped':
      return undefined;
  }
}

const idIn = (aggregate: string): string => aggregate.slice(aggregate.indexOf('#') + 1);

/** What an enrolled agent may be. */
const told = ({ capabilities, clearance, tenants }: Bounds) => ({
  ...{ capabilities: names(capabilities), clearance, tenants: names(tenants) },
});

const person = ({ by, why }: ByOperator) => ({ by: cut(by), why: cut(why) });

const ending = ({ reason, failed_tasks }: { reason: string; failed_tasks: readonly string[] }) => ({
  reason: cut(reason),
  failed_tasks: names(failed_tasks),
});

const prediction = ({ probability, p50_at, p90_at, deadline }: PlanPrediction) => ({
  probability,
  p50_at,
  p90_at,
  deadline,
});

const judged = ({ score, findings }: Judgement) => ({
  score,
  findings: names([...new Set(findings.map(({ code }) => code))]),
});

const failure = (event: Failure & { agent_id: string; attempt: number }) => ({
  agent_id: event.agent_id,
  attempt: event.attempt,
  cause: event.cause,
  error_code: event.error_code,
  error_message: cut(event.error_message),
});
