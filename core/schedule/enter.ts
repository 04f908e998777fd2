/** A plan's machine has reached a ticket: the ticket is ready, or waits for its gates. */
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TaskAnswers } from '../ports/plan-machines.ts';
import type { Timers } from '../ports/timers.ts';
import { answerMachine } from '../ticket/answer-machine.ts';
import { appendToTicket } from '../ticket/append.ts';
import { ticketIdOf } from '../ticket/ids.ts';
import { isTerminal, type TicketRecord } from '../ticket/state.ts';
import type { BecomeReady } from './become-ready.ts';

export interface TicketEntered {
  readonly plan_id: string;
  readonly task_id: string;
  readonly task_token: string;
  /** the plan's execution that entered it: 1 (machines of before do not say), and one more each time the plan is redriven */
  readonly run?: number | undefined;
}

/** An execution of before may have left messages about it. */
export const wasOpenedAgain = ({ records }: TicketRecord): boolean =>
  records.some(({ event }) => event.type === 'TicketReopened' || event.type === 'TicketWithdrawn');

export type EnterTicket = (message: TicketEntered) => Promise<string | undefined>;

export interface EnterTicketDeps {
  ledger: Ledger;
  machines: TaskAnswers;
  becomeReady: BecomeReady;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
}

/**
 * May be told of the same entry any number of times. A ticket that has ended answers the machine at once; one that the
 * ledger does not know fails its state, so that an execution started by hand ends instead of waiting for ever.
 * @returns the pool whose next round this asks for: also when the entry is known, since the round that was to follow it
 *   may have died; undefined when the ticket waits for its gates or nobody knows it
 */
export function createEnterTicket({
  ledger,
  machines,
  becomeReady,
  timers,
  clock,
  sha256,
}: EnterTicketDeps): EnterTicket {
  return async function enterTicket(message: TicketEntered): Promise<string | undefined> {
    const { plan_id, task_id, task_token, run = 1 } = message;
    return retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketIdOf(plan_id, task_id, sha256));
      if (ticket === undefined) {
        const cause = `The ledger has no ticket for task ${JSON.stringify(task_id)} of plan ${JSON.stringify(plan_id)}.`;
        await machines.failTask(task_token, { error: 'TICKET_UNKNOWN', cause });
        return undefined;
      }
      if (isTerminal(ticket.state)) {
        // What depends on a failure is cancelled before the machine goes on past it: the ticket's timer sees to that.
        if (
          ticket.state.phase === 'failed' &&
          ticket.spec.on_failure === 'continue' &&
          ticket.settled_at === undefined
        ) {
          await timers.set({ kind: 'ticket', id: ticket.spec.ticket_id, at: clock.now() });
          throw new HiveError('TRY_AGAIN', 'The ticket has failed and is not settled yet: call again.', {
            status: 503,
          });
        }
        await answerMachine(machines, ticket, [task_token]);
        return ticket.spec.pool;
      }
      if (wasOpenedAgain(ticket) && (await ledger.loadPlanState(plan_id))?.run !== run) {
        // It comes late: that execution is over, and the one of today has not come to this ticket.
        await machines.failTask(task_token, {
          error: 'EXECUTION_OVER',
          cause: `The plan has been redriven since run ${run}.`,
        });
        return undefined;
      }
      if (ticket.state.phase === 'created') {
        const now = clock.now();
        if (ticket.state.unmet.length > 0) {
          await ledger.commit([appendToTicket(ticket, { type: 'TicketGated', task_token }, now, sha256)]);
          return undefined;
        }
        await becomeReady(ticket, { task_token }, now);
        return ticket.spec.pool;
      }
      // Entered by another execution of the plan, after a redrive: the ticket is on its way, and now that one waits too.
      if (!ticket.task_tokens.includes(task_token))
        await ledger.commit([appendToTicket(ticket, { type: 'TicketReentered', task_token }, clock.now(), sha256)]);
      return ticket.state.phase === 'gated' ? undefined : ticket.spec.pool;
    });
  };
}
