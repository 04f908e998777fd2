/** A ticket is taken as done, with an output that the operator gives: what depends on it goes on. */
import { resolving } from '../incident/resolving.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import { PLAN_STANDS } from '../plan/phase-words.ts';
import type { PlanPhaseName } from '../plan/state.ts';
import type { Timers } from '../ports/timers.ts';
import { appendToTicket } from '../ticket/append.ts';
import { loadTicketOrThrow } from '../ticket/fence.ts';
import { leaveWrites } from '../ticket/leave.ts';
import { SETTLED_BY_MS, type SettleTicket } from '../ticket/settle.ts';
import { takenFrom } from '../ticket/taken-from.ts';
import { TICKET_TRANSITIONS } from '../ticket/transitions.ts';
import type { WithdrawFromAgent } from '../ticket/withdraw.ts';
import type { Operations } from './operations.ts';
import { operatorOf, type VerbDeps, wrongTicketPhase } from './verb.ts';

export interface SkipTicketDeps extends VerbDeps {
  timers: Timers;
  settle: SettleTicket;
  withdraw: WithdrawFromAgent;
}

/** Where a failed ticket may still be gone on from: nowhere else is it sure that nothing of the plan is being undone. */
const GOES_ON: readonly PlanPhaseName[] = ['halted', 'failed'];

/**
 * Not before it is ready: what it depends on would be passed over.
 * @throws HiveError TICKET_UNKNOWN · TICKET_PHASE_WRONG
 */
export function createSkipTicket(deps: SkipTicketDeps): Operations['skipTicket'] {
  const { ledger, clock, sha256, timers, settle, withdraw } = deps;

  return async (ticketId, { output, ...request }) => {
    const operator = operatorOf(request);
    const before = await retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const { state } = ticket;
      if (state.phase === 'skipped') return undefined;
      if (state.phase === 'created' || state.phase === 'gated')
        throw wrongTicketPhase(ticket, 'skip', 'what it depends on is not done');
      const plan = await ledger.loadPlanState(state.plan_id);
      if (state.phase === 'failed' && plan !== undefined && !GOES_ON.includes(plan.phase))
        throw wrongTicketPhase(ticket, 'skip', `its plan ${PLAN_STANDS[plan.phase]}`);
      if (!TICKET_TRANSITIONS.TicketSkipped.from.includes(state.phase))
        throw wrongTicketPhase(ticket, 'skip', 'it has ended');
      const event = { type: 'TicketSkipped' as const, output, ...operator, ...takenFrom(ticket) };
      const now = clock.now();
      await timers.set({ kind: 'ticket', id: ticketId, at: now + SETTLED_BY_MS });
      const incident = state.phase === 'awaiting_person' ? state.incident_id : undefined;
      await ledger.commit([
        appendToTicket(ticket, event, now, sha256),
        ...leaveWrites(state),
        ...(await resolving(ledger, incident, operator, now, sha256)),
      ]);
      return state;
    });
    if (before?.phase === 'assigned' || before?.phase === 'running')
      await withdraw(before.agent_id, ticketId, before.attempt, `skipped by ${operator.by}: ${operator.why}`);
    await settle(ticketId);
    return { id: ticketId, phase: 'skipped', changed: before !== undefined };
  };
}
