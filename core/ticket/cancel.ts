/** Ends a ticket that is not to run any more; whoever works on it is told at its next call. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { isTerminal } from './state.ts';

/** Resolves to the agent whose slot the cancelled ticket left free, if there was one; also when it was cancelled before. */
export function createCancelTicket({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  return (ticketId: string, reason: string): Promise<string | undefined> =>
    retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket === undefined) return undefined;
      const { state } = ticket;
      if (state.phase === 'cancelled') return state.held_by;
      if (isTerminal(state)) return undefined;
      const writes: Write[] = [appendToTicket(ticket, { type: 'TicketCancelled', reason }, clock.now(), sha256)];
      if (state.phase === 'ready') writes.push({ kind: 'dequeue', entry: { pool: state.pool, key: state.queue_key } });
      const holder = state.phase === 'assigned' || state.phase === 'running' ? state.agent_id : undefined;
      if (holder !== undefined) writes.push({ kind: 'free_slot', agent_id: holder, ticket_id: ticketId });
      await ledger.commit(writes);
      return holder;
    });
}
