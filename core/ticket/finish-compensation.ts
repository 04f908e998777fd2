/** A compensation is done: the ticket that it undid is noted as undone; after the last one the plan is compensated. */
import { retryOnConflict } from '../ledger/retry.ts';
import { appendToPlan } from '../plan/append.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TaskAnswers } from '../ports/plan-machines.ts';
import { appendToTicket } from './append.ts';
import { requireAll } from './load-tickets.ts';

export interface FinishCompensationDeps {
  ledger: Ledger;
  machines: TaskAnswers;
  clock: Clock;
  sha256: Sha256;
}

/** Each part is known again when it is repeated. */
export function createFinishCompensation({ ledger, machines, clock, sha256 }: FinishCompensationDeps) {
  const endPlan = (planId: string): Promise<readonly string[]> =>
    retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      if (plan === undefined) return [];
      const { state } = plan;
      if (state.phase !== 'compensating') return plan.task_tokens;
      const ids = await ledger.ticketIdsOfPlan(planId);
      const { tickets, compensations } = state;
      requireAll(ids.length, tickets + compensations);
      // Noted, not only done: whoever undoes another one at this time may not have come to noting it yet.
      const undone = (await ledger.loadTicketStates(ids)).filter(({ phase }) => phase === 'compensated');
      if (undone.length < compensations) return [];
      const now = clock.now();
      const event = { type: 'PlanCompensated' as const, compensations, duration_ms: now - state.failed_at };
      await ledger.commit([appendToPlan(plan, event, now, sha256)]);
      return plan.task_tokens;
    });

  return {
    /** Whoever was to note that it is being undone may not have seen the ticket that does: the index lags. */
    async noteUndone(ticketId: string, compensation_ticket_id: string): Promise<void> {
      const step = async (): Promise<boolean> => {
        const ticket = await ledger.loadTicket(ticketId);
        const begun = ticket?.state.phase === 'compensating';
        if (ticket === undefined || !(begun || ticket.state.phase === 'completed')) return true;
        const type = begun ? ('TicketCompensated' as const) : ('CompensationStarted' as const);
        await ledger.commit([appendToTicket(ticket, { type, compensation_ticket_id }, clock.now(), sha256)]);
        return begun;
      };
      while (!(await retryOnConflict(clock, step)));
    },

    /**
     * Ends the plan when everything is noted as undone, and tells its machine.
     * @throws HiveError TRY_AGAIN (503) while the index does not show all of its tickets
     */
    async endPlan(planId: string): Promise<void> {
      for (const token of await endPlan(planId)) await machines.completeTask(token);
    },
  };
}
