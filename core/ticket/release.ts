/** A ticket is done: the gate that it kept closed on another one opens; the last gate makes that one ready. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import { appendToTicket } from './append.ts';

export interface ReleaseDeps {
  ledger: Ledger;
  rounds: Rounds;
  becomeReady: BecomeReady;
  clock: Clock;
  sha256: Sha256;
}

/** Opening a gate that is open changes nothing, but asks for the round again: the one that was to follow may have died. */
export type ReleaseTicket = (ticketId: string, by: string) => Promise<void>;

export function createReleaseTicket({ ledger, rounds, becomeReady, clock, sha256 }: ReleaseDeps): ReleaseTicket {
  return async (ticketId, by) => {
    const ready = await retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket === undefined) return undefined;
      const { state, spec } = ticket;
      if (state.phase !== 'created' && state.phase !== 'gated') return state.phase === 'ready' ? ticket : undefined;
      if (!state.unmet.includes(by)) return undefined;
      const now = clock.now();
      // Where a machine has not entered it yet, that is still to come; what undoes others is entered by none.
      const waitsForMachine = state.phase === 'created' && spec.compensates === undefined;
      if (waitsForMachine || state.unmet.length > 1) {
        await ledger.commit([appendToTicket(ticket, { type: 'GateOpened', by }, now, sha256)]);
        return undefined;
      }
      await becomeReady(ticket, { by }, now);
      return ticket;
    });
    if (ready) await rounds.request(ready.spec.pool, `the last gate of ${ticketId} opened`, `ready:${ticketId}`);
  };
}
