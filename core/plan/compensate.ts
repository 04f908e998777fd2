/**
 * Undoing what a plan has done, as tickets like any other: COMPENSATE tickets through the same scheduler, gated in the
 * exact reverse of the order that ran. The plan's machine shows it as one state, and waits for its end.
 */
import { forEachAtOnce } from '../at-once.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import { appendToTicket } from '../ticket/append.ts';
import { loadTickets, requireAll } from '../ticket/load-tickets.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { isDone, isTerminal, type TicketRecord } from '../ticket/state.ts';
import { mintCompensations } from './compensation.ts';
import { writeTickets } from './write-tickets.ts';

export interface CompensateDeps {
  ledger: Ledger;
  rounds: Rounds;
  becomeReady: BecomeReady;
  settle: SettleTicket;
  clock: Clock;
  sha256: Sha256;
}

const AT_ONCE = 8;

const outputOf = ({ records }: TicketRecord): Readonly<Record<string, string>> =>
  records.flatMap(({ event }) => (event.type === 'TicketCompleted' ? [event.result.output] : [])).at(-1) ?? {};

export function createCompensate({ ledger, rounds, becomeReady, settle, clock, sha256 }: CompensateDeps) {
  /** The original shows that it is being undone, before anything undoes it. */
  const noteUndoing = (compensation: TicketRecord): Promise<void> =>
    retryOnConflict(clock, async () => {
      const original = await ledger.loadTicket(compensation.spec.compensates ?? '');
      if (original?.state.phase !== 'completed') return;
      const compensation_ticket_id = compensation.spec.ticket_id;
      const event = { type: 'CompensationStarted' as const, compensation_ticket_id };
      await ledger.commit([appendToTicket(original, event, clock.now(), sha256)]);
    });

  const begin = (ticketId: string): Promise<void> =>
    retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket?.state.phase === 'created' && ticket.state.unmet.length === 0)
        await becomeReady(ticket, {}, clock.now());
    });

  return {
    /**
     * Writes the tickets that undo what was completed; to be called when no other ticket of the plan can still end.
     * @param tasks all of the plan's, every one at its end
     * @returns how many there are, written now or before
     */
    async mint(tasks: readonly TicketRecord[]): Promise<number> {
      // An operator's "take it as done" has had no effect that could be undone.
      const done = tasks.filter(({ state }) => 'result_digest' in state && state.phase !== 'failed');
      const ends = done.flatMap(({ state }) => ('completed_at' in state ? [state.completed_at] : []));
      const specs = mintCompensations(
        {
          specs: tasks.map(({ spec }) => spec),
          outputs: new Map(done.map((ticket) => [ticket.spec.ticket_id, outputOf(ticket)])),
          done: new Set(done.map(({ spec }) => spec.ticket_id)),
        },
        // The end of the last of them: the same whenever this is repeated.
        Math.max(0, ...ends),
        sha256,
      );
      await retryOnConflict(clock, () => writeTickets(ledger, specs, sha256));
      return specs.length;
    },

    /** Tasks that are not done, though an agent had begun them and never said how that ended: they may have had effects. */
    inDoubt: (tasks: readonly TicketRecord[]): string[] =>
      tasks
        .filter(({ state, records }) => {
          const begun = records.flatMap(({ event }) => (event.type === 'TicketStarted' ? [event.attempt] : []));
          const told = records.flatMap(({ event }) =>
            'cause' in event && event.cause === 'reported' ? [event.attempt] : [],
          );
          return !isDone(state) && begun.some((attempt) => !told.includes(attempt));
        })
        .map(({ spec }) => spec.task_id),

    /**
     * Lets the first ones run, and whatever a crash has left standing. Doing it again changes nothing.
     * @throws HiveError TRY_AGAIN (503) while the index does not show all of them
     */
    async start(planId: string): Promise<void> {
      const all = await loadTickets(ledger, await ledger.ticketIdsOfPlan(planId));
      const compensations = all.filter(({ spec }) => spec.compensates !== undefined);
      await forEachAtOnce(compensations, AT_ONCE, noteUndoing);
      await forEachAtOnce(compensations, AT_ONCE, async ({ spec, state }) => {
        if (isTerminal(state)) await settle(spec.ticket_id);
        else if (state.phase === 'created' && state.unmet.length === 0) await begin(spec.ticket_id);
      });
      for (const pool of new Set(compensations.map(({ spec }) => spec.pool)))
        await rounds.request(pool, `plan ${planId} is being undone`, `undo:${planId}:${clock.now()}`);
      const plan = await ledger.loadPlanState(planId);
      if (plan?.phase === 'compensating') requireAll(compensations.length, plan.compensations);
    },
  };
}
