/** What the time of a run is told by beside the states that it ended in: read from its events. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { PlanView } from './plan-view.ts';
import { pathOf, type RunHistory } from './timing.ts';

const READS_AT_ONCE = 16;

export async function historyOf(
  view: PlanView,
  reader: Pick<PlanReader, 'loadPlan' | 'loadTicketEvents'>,
): Promise<Required<RunHistory>> {
  const [plan, events] = await Promise.all([reader.loadPlan(view.plan.plan_id), eventsOfPath(view, reader)]);
  const neededHelp = [...events.values()].reduce((sum, records) => sum + neededHelpFor(records, view.at), 0);
  return { assignedAt: assignedIn(events), stoodMs: stoodFor(plan?.events ?? [], view.at) + neededHelp };
}

type TicketEvents = ReadonlyMap<string, readonly Recorded<TicketEvent>[]>;

/** Of the tickets of the critical path that ran or are to undo others: the states of those that ended do not say all. */
export async function eventsOfPath(
  view: PlanView,
  { loadTicketEvents }: Pick<PlanReader, 'loadTicketEvents'>,
): Promise<TicketEvents> {
  const path = pathOf(view.tickets).filter(({ state }) => 'ready_at' in state || state.compensates !== undefined);
  const found = new Map<string, readonly Recorded<TicketEvent>[]>();
  for (let start = 0; start < path.length; start += READS_AT_ONCE)
    await Promise.all(
      path.slice(start, start + READS_AT_ONCE).map(async ({ ticket_id }) => {
        found.set(ticket_id, await loadTicketEvents(ticket_id));
      }),
    );
  return found;
}

/** When each was assigned the last time. */
export function assignedIn(tickets: TicketEvents): ReadonlyMap<string, number> {
  const assigned = new Map<string, number>();
  for (const [ticketId, events] of tickets) {
    const last = events.findLast(({ event }) => event.type === 'TicketAssigned');
    if (last !== undefined) assigned.set(ticketId, last.at);
  }
  return assigned;
}

/** For how long a compensation waited for a person to retry or skip it, ms. @param until epoch ms, if it still does */
export function neededHelpFor(events: readonly Recorded<TicketEvent>[], until: number): number {
  return events.reduce((sum, { event, at }, index) => {
    if (event.type !== 'TicketEscalated') return sum;
    const goneOn = events.slice(index + 1).find((later) => later.event.type !== 'ReportRefused');
    return sum + Math.max(0, (goneOn?.at ?? until) - at);
  }, 0);
}

/** From these on only a person goes on with a plan. */
const STANDS: ReadonlySet<PlanEvent['type']> = new Set<PlanEvent['type']>([
  'PlanAwaitingApproval',
  'PlanPaused',
  'PlanHalted',
]);
/** These end a plan: time counts again only if it is redriven, and what passes until then it stood. */
const ENDS: ReadonlySet<PlanEvent['type']> = new Set<PlanEvent['type']>([
  'PlanApprovalRejected',
  'PlanCompensated',
  'PlanCompleted',
  'PlanFailed',
  'PlanCancelled',
]);
/** After these it goes on by itself. */
const GOES_ON: ReadonlySet<PlanEvent['type']> = new Set<PlanEvent['type']>([
  'PlanAccepted',
  'PlanResumed',
  'PlanRedriven',
  'PlanCancelRequested',
  'PlanCompensating',
]);

/**
 * For how long a plan has waited for a person: to be approved, resumed or redriven.
 * @param events oldest first
 * @param until epoch ms, for a plan that still does
 * @returns ms
 */
export function stoodFor(events: readonly Recorded<PlanEvent>[], until: number): number {
  let stood = 0;
  let since: number | undefined;
  let ended = false;
  for (const { event, at } of events) {
    if (GOES_ON.has(event.type) || ENDS.has(event.type)) {
      if (since !== undefined) stood += Math.max(0, at - since);
      since = undefined;
    }
    if (STANDS.has(event.type)) since ??= at;
    ended = ENDS.has(event.type);
    if (ended) since = at;
  }
  return since === undefined || ended ? stood : stood + Math.max(0, until - since);
}
