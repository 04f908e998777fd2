/**
 * What follows from a ticket's end: the plan's machine moves on, the tickets it gated are released, and the slot it
 * leaves is offered. Every part may be repeated; a crash in between is healed by doing all of it again.
 */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TaskAnswers } from '../ports/plan-machines.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { answerMachine } from './answer-machine.ts';
import { appendToTicket } from './append.ts';

export interface SettleTicketDeps {
  ledger: Ledger;
  machines: TaskAnswers;
  rounds: Rounds;
  freeCapacity: FreeCapacity;
  becomeReady: BecomeReady;
  clock: Clock;
  sha256: Sha256;
}

export type SettleTicket = (ticketId: string) => Promise<void>;

/** A ticket that has not ended, or was settled to the end before, is left alone. */
export function createSettleTicket(deps: SettleTicketDeps): SettleTicket {
  const { ledger, machines, rounds, freeCapacity, becomeReady, clock, sha256 } = deps;

  /** Opens the gate that `by` keeps closed on the ticket; the last gate makes it ready. */
  async function release(ticketId: string, by: string): Promise<void> {
    const ready = await retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket === undefined) return undefined;
      const { state } = ticket;
      if (state.phase !== 'created' && state.phase !== 'gated') return state.phase === 'ready' ? ticket : undefined;
      if (!state.unmet.includes(by)) return undefined;
      const now = clock.now();
      if (state.phase === 'created' || state.unmet.length > 1) {
        await ledger.commit([appendToTicket(ticket, { type: 'GateOpened', by }, now, sha256)]);
        return undefined;
      }
      await becomeReady(ticket, { by }, now);
      return ticket;
    });
    if (ready) await rounds.request(ready.spec.pool, `the last gate of ${ticketId} opened`, `ready:${ticketId}`);
  }

  return async (ticketId) => {
    const ticket = await ledger.loadTicket(ticketId);
    if (ticket === undefined) return;
    const { state, spec, head, task_token, settled_at } = ticket;
    if ((state.phase !== 'completed' && state.phase !== 'failed') || settled_at !== undefined) return;
    await Promise.all([
      task_token === undefined ? undefined : answerMachine(machines, state, task_token),
      freeCapacity(state.agent_id, `ended:${ticketId}:${head.version}`),
      ...(state.phase === 'completed' ? spec.releases.map((released) => release(released, ticketId)) : []),
    ]);
    await ledger.markSettled(ticketId, clock.now());
  };
}
