/**
 * Before a ticket is assigned: does its plan want it to run now? A paused plan's tickets are deferred, a halted plan's go
 * back to where the machine had not reached them, those of a plan that has ended are cancelled.
 */
import type { PlanState } from '../plan/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import { appendToTicket } from '../ticket/append.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { leaveWrites } from '../ticket/leave.ts';
import { SETTLED_BY_MS } from '../ticket/settle.ts';
import type { TicketRecord } from '../ticket/state.ts';
import type { BecomeReady } from './become-ready.ts';

export interface HoldBackDeps {
  ledger: Ledger;
  rounds: Rounds;
  timers: Timers;
  becomeReady: BecomeReady;
  clock: Clock;
  sha256: Sha256;
}

function holding(plan: PlanState | undefined, compensation: boolean): TicketEvent | undefined {
  const phase = plan?.phase;
  if (plan?.cancel !== undefined && !compensation) return { type: 'TicketCancelled', reason: 'the plan was cancelled' };
  if (compensation ? phase === 'compensating' : phase === 'running' || phase === 'accepted') return undefined;
  if (phase === 'paused') return { type: 'TicketDeferred' };
  if (phase === 'halted') return { type: 'TicketWithdrawn', reason: 'its plan has halted' };
  return { type: 'TicketCancelled', reason: 'its plan has ended' };
}

/** Resolves to the plan, or to undefined when the ticket is not to be assigned. @throws HiveError COMMIT_CONFLICT */
export function createHoldBack({ ledger, rounds, timers, becomeReady, clock, sha256 }: HoldBackDeps) {
  return async function holdBack(ticket: TicketRecord): Promise<PlanState | undefined> {
    const { state, spec } = ticket;
    const plan = await ledger.loadPlanState(spec.plan_id);
    const event = holding(plan, spec.compensates !== undefined);
    if (event === undefined) return plan;
    const now = clock.now();
    if (event.type === 'TicketCancelled')
      await timers.set({ kind: 'ticket', id: spec.ticket_id, at: now + SETTLED_BY_MS });
    await ledger.commit([appendToTicket(ticket, event, now, sha256), ...leaveWrites(state)]);
    // Resuming commits, then looks for deferred tickets; this commits, then looks at the plan: one of the two sees the other.
    if (event.type === 'TicketDeferred' && (await ledger.loadPlanState(spec.plan_id))?.phase === 'running') {
      const deferred = await ledger.loadTicket(spec.ticket_id);
      if (deferred?.state.phase === 'deferred') {
        await becomeReady(deferred, {}, clock.now());
        await rounds.request(
          spec.pool,
          `plan ${spec.plan_id} goes on`,
          `resumed:${spec.ticket_id}:${deferred.head.version}`,
        );
      }
    }
    return undefined;
  };
}
