/** Everything of a plan that is not done is not to run any more; agents are told, and fenced from then on. */
import { forEachAtOnce } from '../at-once.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { createCancelTicket } from '../ticket/cancel.ts';
import { requireAll } from '../ticket/load-tickets.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { isDone } from '../ticket/state.ts';
import type { WithdrawFromAgent } from '../ticket/withdraw.ts';
import type { PlanState } from './state.ts';

export interface CancelOpenTicketsDeps {
  ledger: Ledger;
  settle: SettleTicket;
  withdraw: WithdrawFromAgent;
  clock: Clock;
  sha256: Sha256;
}

const AT_ONCE = 8;

/** @throws HiveError TRY_AGAIN (503) while the index does not show all tickets */
export function createCancelOpenTickets(deps: CancelOpenTicketsDeps) {
  const { ledger, settle, withdraw } = deps;
  const cancelTicket = createCancelTicket(deps);

  return async function cancelOpenTickets({ plan_id, tickets }: PlanState, reason: string): Promise<void> {
    const states = await ledger.loadTicketStates(await ledger.ticketIdsOfPlan(plan_id));
    const tasks = states.filter(({ compensates }) => compensates === undefined);
    requireAll(tasks.length, tickets);
    // Those that have ended are settled too: whoever ended them may have died before it came to that.
    const open = tasks.filter((state) => !isDone(state));
    await forEachAtOnce(open, AT_ONCE, async ({ ticket_id }) => {
      const holder = await cancelTicket(ticket_id, reason);
      if (holder !== undefined) await withdraw(holder.agent_id, ticket_id, holder.attempt, reason);
      await settle(ticket_id);
    });
  };
}
