/** Tickets as they are shown: the ExecutionTicket of the outside, and where exactly it stands. */
import { ticketAggregate } from '../ledger/aggregate.ts';
import type { Page, PageRequest, TicketDetail, TicketView } from '../messages/monitoring-api.ts';
import type { PlanReader, TicketEntry } from '../ports/plan-reader.ts';
import { toExecutionTicket } from '../ticket/view.ts';
import { attemptsOf, resultOf } from './attempts.ts';
import { interventionsOf } from './interventions.ts';
import { pageOf } from './page.ts';
import { planUnknown, ticketUnknown } from './unknown.ts';

/** In order of the ticket ids. @throws HiveError PLAN_UNKNOWN (404), CURSOR_INVALID */
export const createListTickets =
  ({ reader }: { reader: PlanReader }) =>
  async (planId: string, request: PageRequest): Promise<Page<TicketView>> => {
    const page = await pageOf(
      { list: `tickets:${planId}`, ...request },
      (slice) => reader.listTickets(planId, slice),
      ticketViewOf,
      ({ spec }) => ticketAggregate(spec.ticket_id),
    );
    if (page.items.length === 0 && (await reader.loadPlan(planId)) === undefined) throw planUnknown(planId);
    return page;
  };

/** @throws HiveError TICKET_UNKNOWN (404) */
export const createGetTicket =
  ({ reader }: { reader: PlanReader }) =>
  async (ticketId: string): Promise<TicketDetail> => {
    const ticket = await reader.loadTicket(ticketId);
    if (ticket === undefined) throw ticketUnknown(ticketId);
    const result = resultOf(ticket.events);
    return {
      ...ticketViewOf(ticket),
      history: attemptsOf(ticket.events),
      interventions: interventionsOf(ticket.events),
      ...(result === undefined ? {} : { result }),
    };
  };

export function ticketViewOf({ spec, state, version, touched_at }: TicketEntry): TicketView {
  const { phase, pool, attempts, failures, unmet } = state;
  return {
    ...toExecutionTicket({ spec, state }),
    ...{ phase, version, pool, attempts, failures, waits_for: [...unmet] },
    ...('agent_id' in state ? { agent_id: state.agent_id, attempt: state.attempt } : {}),
    ...('ready_at' in state ? { ready_at: state.ready_at } : {}),
    ...('assigned_at' in state ? { assigned_at: state.assigned_at } : {}),
    ...('timeout_at' in state ? { timeout_at: state.timeout_at } : {}),
    ...('retry_at' in state ? { retry_at: state.retry_at } : {}),
    ...(phase === 'running' && touched_at !== undefined ? { heard_of_at: touched_at } : {}),
    ...('error_code' in state ? { error_code: state.error_code } : {}),
    ...('incident_id' in state ? { incident_id: state.incident_id } : {}),
    ...(spec.compensates === undefined ? {} : { compensates: spec.compensates }),
  };
}
