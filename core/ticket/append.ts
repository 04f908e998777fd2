/** From an event to the write that appends it: the one place where tickets' events are recorded. */
import { ticketAggregate } from '../ledger/aggregate.ts';
import { GENESIS, headOf, type Recorded, record, type Subject } from '../ledger/chain.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Write } from '../ports/ledger.ts';
import type { TicketEvent } from './events.ts';
import { reduceTicket } from './reducer.ts';
import type { TicketRecord, TicketSpec } from './state.ts';

const subjectOf = (spec: TicketSpec): Subject => ({
  plan_id: spec.plan_id,
  intent_id: spec.intent_id,
  correlation_id: spec.correlation_id,
  trace_id: spec.trace_id,
  ticket_id: spec.ticket_id,
  task_id: spec.task_id,
});

export const appendToTicket = (ticket: TicketRecord, event: TicketEvent, at: number, sha256: Sha256): Write =>
  appendAllToTicket(ticket, [event], at, sha256);

/** @param events at least one, each following from the one before */
export function appendAllToTicket(
  ticket: TicketRecord,
  events: readonly TicketEvent[],
  at: number,
  sha256: Sha256,
): Write {
  const aggregate = ticketAggregate(ticket.spec.ticket_id);
  const subject = subjectOf(ticket.spec);
  let { head, state } = ticket;
  const records = events.map((event) => {
    const link = record(head, { aggregate, at, subject, event }, sha256);
    head = headOf(link);
    state = reduceTicket(state, link);
    return link;
  });
  return { kind: 'append_ticket', records, state };
}

export function createTicket(spec: TicketSpec, sha256: Sha256): Write {
  const event: TicketEvent = { type: 'TicketCreated', spec };
  const entry = { aggregate: ticketAggregate(spec.ticket_id), at: spec.created_at, subject: subjectOf(spec), event };
  const link: Recorded<TicketEvent> = record(GENESIS, entry, sha256);
  return { kind: 'append_ticket', records: [link], state: reduceTicket(undefined, link) };
}
