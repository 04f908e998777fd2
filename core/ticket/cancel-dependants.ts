/** A plan that continues past failures: what depends on the failed ticket, directly or not, is not to run any more. */
import { forEachAtOnce } from '../at-once.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { createCancelTicket } from './cancel.ts';
import { loadPlanTickets } from './load-tickets.ts';
import type { SettleTicket } from './settle.ts';
import type { TicketRecord } from './state.ts';

const AT_ONCE = 8;

/**
 * None of them can have begun: each waits for the failed one. Doing it again changes nothing.
 * @throws HiveError TRY_AGAIN (503) while the index does not show all of the plan's tickets
 */
export function createCancelDependants(deps: { ledger: Ledger; settle: SettleTicket; clock: Clock; sha256: Sha256 }) {
  const { ledger, settle } = deps;
  const cancelTicket = createCancelTicket(deps);

  return async function cancelDependants({ spec }: TicketRecord): Promise<void> {
    const plan = await ledger.loadPlanState(spec.plan_id);
    // All of them: the machine would go on to one that the index does not show yet.
    const { tasks } = await loadPlanTickets(ledger, spec.plan_id, plan?.tickets ?? 0);
    const dependants = [...dependantsOf(spec.ticket_id, tasks)];
    const reason = `it depends on task ${JSON.stringify(spec.task_id)}, which has failed`;
    // All of them before the machine moves on past one: it would find the next one free to run.
    await forEachAtOnce(dependants, AT_ONCE, (id) => cancelTicket(id, reason, spec.ticket_id));
    // The machine may have entered them already, and waits.
    await forEachAtOnce(dependants, AT_ONCE, (id) => settle(id));
  };
}

function dependantsOf(ticketId: string, tickets: readonly TicketRecord[]): Set<string> {
  const successors = new Map<string, string[]>();
  for (const { spec } of tickets)
    for (const before of spec.dependencies) {
      const after = successors.get(before);
      if (after) after.push(spec.ticket_id);
      else successors.set(before, [spec.ticket_id]);
    }
  const found = new Set<string>();
  const pending = [ticketId];
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    for (const after of successors.get(next) ?? [])
      if (!found.has(after)) {
        found.add(after);
        pending.push(after);
      }
  return found;
}
