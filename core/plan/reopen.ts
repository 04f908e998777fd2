/** A redriven plan is about to be started again: whatever of it is not done is back where no machine had reached it. */
import { forEachAtOnce } from '../at-once.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToTicket } from '../ticket/append.ts';
import { loadPlanTickets } from '../ticket/load-tickets.ts';
import { isDone } from '../ticket/state.ts';
import type { PlanState } from './state.ts';

const AT_ONCE = 8;

/**
 * Does nothing for a plan that is not redriven, or runs already. Each ticket is reopened only while the plan stands as it
 * was found: whoever cancels the plan meanwhile finds nothing opened behind its back.
 */
export function createReopenTickets({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  const reopen = (planId: string, ticketId: string): Promise<void> =>
    retryOnConflict(clock, async () => {
      const [ticket, plan] = await Promise.all([ledger.loadTicket(ticketId), ledger.loadPlan(planId)]);
      if (ticket === undefined || (ticket.state.phase !== 'failed' && ticket.state.phase !== 'cancelled')) return;
      if (plan?.state.phase !== 'accepted' || plan.state.redriven === undefined || plan.state.cancel) return;
      const keepers = await ledger.loadTicketStates(ticket.spec.gated_by);
      const unmet = keepers.filter((state) => !isDone(state)).map(({ ticket_id }) => ticket_id);
      const event = { type: 'TicketReopened' as const, unmet, ...plan.state.redriven };
      await ledger.commit([
        appendToTicket(ticket, event, clock.now(), sha256),
        { kind: 'plan_at', plan_id: planId, version: plan.head.version },
      ]);
    });

  return async function reopenTickets(state: PlanState): Promise<void> {
    if (state.phase !== 'accepted' || state.redriven === undefined) return;
    const { tasks } = await loadPlanTickets(ledger, state.plan_id, state.tickets);
    const over = tasks.filter(({ state: { phase } }) => phase === 'failed' || phase === 'cancelled');
    await forEachAtOnce(over, AT_ONCE, ({ spec }) => reopen(state.plan_id, spec.ticket_id));
  };
}
