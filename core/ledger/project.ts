/** From a ledger event to the fact on the bus; fields are named one by one, so nothing private slips out. */
import type { BusEvent, BusEventType } from '../messages/bus-events.ts';
import type { PlanEvent, PlanRejected } from '../plan/events.ts';
import type { TicketEvent } from '../ticket/events.ts';
import type { Recorded } from './chain.ts';

export type LedgerEvent = TicketEvent | PlanEvent | PlanRejected;

/** Text from outside as it may go on the bus: an entry holds 256 KB, a call ten of them. */
const MAX_TEXT = 2000;
/** Faults told on the bus; the ledger keeps more. */
const MAX_FAULTS = 25;
const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

/** @returns undefined for events that concern nobody outside */
export function toBusEvent(record: Recorded<LedgerEvent>): BusEvent | undefined {
  const { event, subject, at, aggregate, version } = record;
  const facts = factsOf(event);
  if (facts === undefined) return undefined;
  const common = { event_id: `${aggregate}@${version}`, at, schema_version: 1, ...subject };
  return { detail_type: event.type as BusEventType, detail: { ...common, ...facts } };
}

function factsOf(event: LedgerEvent): Record<string, unknown> | undefined {
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
      return { reason: cut(event.reason), failed_tasks: event.failed_tasks };
    case 'PlanRejected': {
      const { digest, reissue, faults, faults_total } = event;
      const told = faults.slice(0, MAX_FAULTS).map((fault) => ({ ...fault, message: cut(fault.message) }));
      return { digest, reissue, faults: told, faults_total };
    }
    case 'TicketReady':
      return { pool: event.pool };
    case 'TicketAssigned':
    case 'TicketStarted':
      return { agent_id: event.agent_id, attempt: event.attempt };
    case 'TicketCompleted':
      return { agent_id: event.agent_id, attempt: event.attempt, duration_ms: event.duration_ms };
    case 'TicketFailed':
      return { agent_id: event.agent_id, error_code: event.error_code, error_message: cut(event.error_message) };
    case 'TicketCancelled':
      return { reason: cut(event.reason) };
    case 'PlanReceived':
    case 'TicketCreated':
    case 'TicketGated':
    case 'GateOpened':
      return undefined;
  }
}
