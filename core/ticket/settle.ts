/**
 * What follows from a ticket's end: the plan's machine moves on, the tickets it gated are released, and the slot it
 * leaves is offered; what depends on a failure that the plan lives with is cancelled; what was undone is noted. Every part
 * may be repeated; a crash in between is healed by doing all of it again.
 */
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TaskAnswers } from '../ports/plan-machines.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { answerMachine } from './answer-machine.ts';
import { createCancelDependants } from './cancel-dependants.ts';
import { createFinishCompensation } from './finish-compensation.ts';
import { createReleaseTicket } from './release.ts';
import type { PhaseName, TicketRecord } from './state.ts';

export interface SettleTicketDeps {
  ledger: Ledger;
  machines: TaskAnswers;
  rounds: Rounds;
  freeCapacity: FreeCapacity;
  becomeReady: BecomeReady;
  clock: Clock;
  sha256: Sha256;
}

/** What is undone was settled before, or its plan has failed and nobody waits for it any more. */
const ENDED: readonly PhaseName[] = ['completed', 'skipped', 'failed', 'cancelled'];

/**
 * Whoever ends a ticket that no agent holds sets its timer to so long after (ms) before the commit: the look then settles
 * it, should they die. A ticket that an agent holds has a timer.
 */
export const SETTLED_BY_MS = 60_000;

export type SettleTicket = (ticketId: string) => Promise<void>;

/** A ticket that has not ended, or was settled to the end before, is left alone. */
export function createSettleTicket(deps: SettleTicketDeps): SettleTicket {
  const { ledger, machines, freeCapacity, clock } = deps;
  const release = createReleaseTicket(deps);
  const cancelDependants = createCancelDependants({ ...deps, settle: (ticketId) => settle(ticketId) });
  const compensation = createFinishCompensation(deps);

  /** Whoever worked on it at its end has a slot free. */
  const freed = ({ state }: TicketRecord): string | undefined =>
    'held_by' in state ? state.held_by : 'agent_id' in state ? state.agent_id : undefined;

  const settle: SettleTicket = async (ticketId) => {
    const ticket = await ledger.loadTicket(ticketId);
    if (ticket === undefined) return;
    const { state, spec, head, task_tokens, settled_at } = ticket;
    if (!ENDED.includes(state.phase) || settled_at !== undefined) return;
    if (state.phase === 'failed' && spec.on_failure === 'continue') await cancelDependants(ticket);
    const agent = freed(ticket);
    const done = state.phase === 'completed' || state.phase === 'skipped';
    // Before anything else may begin: whoever finds the last one done must find all of them noted.
    if (done && spec.compensates !== undefined) await compensation.noteUndone(spec.compensates, ticketId);
    await Promise.all([
      answerMachine(machines, ticket, task_tokens),
      agent === undefined ? undefined : freeCapacity(agent, `ended:${ticketId}:${head.version}`),
      ...(done ? spec.releases.map((released) => release(released, ticketId)) : []),
    ]);
    // Each of the others is followed by one that nothing follows.
    if (done && spec.compensates !== undefined && spec.releases.length === 0) await compensation.endPlan(spec.plan_id);
    await ledger.markSettled(ticketId, head.version, clock.now());
  };
  return settle;
}
