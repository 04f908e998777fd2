/** All of a plan's tickets, for what happens seldom: a failure, a redrive, a repair. */
import { forEachAtOnce } from '../at-once.ts';
import { HiveError } from '../errors.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TicketRecord } from './state.ts';

const AT_ONCE = 16;

export async function loadTickets(ledger: Ledger, ticketIds: readonly string[]): Promise<TicketRecord[]> {
  const found: TicketRecord[] = [];
  await forEachAtOnce(ticketIds, AT_ONCE, async (id) => {
    const ticket = await ledger.loadTicket(id);
    if (ticket !== undefined) found.push(ticket);
  });
  return found.sort((a, b) => (a.spec.ticket_id < b.spec.ticket_id ? -1 : 1));
}

/** The index lags. @throws HiveError TRY_AGAIN (503) while it does not show all of a plan's tickets */
export function requireAll(shown: number, expected: number): void {
  if (shown >= expected) return;
  throw new HiveError('TRY_AGAIN', `The index shows ${shown} of ${expected} tickets yet: call again.`, { status: 503 });
}

export interface PlanTickets {
  readonly tasks: readonly TicketRecord[];
  /** those that undo tasks */
  readonly compensations: readonly TicketRecord[];
}

/**
 * @param expected tasks of the plan
 * @throws HiveError TRY_AGAIN (503) while the index does not show all of them
 */
export async function loadPlanTickets(ledger: Ledger, planId: string, expected: number): Promise<PlanTickets> {
  const tickets = await loadTickets(ledger, await ledger.ticketIdsOfPlan(planId));
  const tasks = tickets.filter(({ spec }) => spec.compensates === undefined);
  requireAll(tasks.length, expected);
  return { tasks, compensations: tickets.filter(({ spec }) => spec.compensates !== undefined) };
}
