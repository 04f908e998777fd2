/** Ends a ticket that is not to run any more; whoever works on it is fenced from then on. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { leaveWrites } from './leave.ts';
import { isTerminal } from './state.ts';
import { takenFrom } from './taken-from.ts';

/** Resolves to the ticket's holder, when this call took it away from one. A ticket that has ended stays as it is. */
export type CancelTicket = (
  ticketId: string,
  reason: string,
  afterFailure?: string,
) => Promise<{ readonly agent_id: string; readonly attempt: number } | undefined>;

export function createCancelTicket(deps: { ledger: Ledger; clock: Clock; sha256: Sha256 }): CancelTicket {
  const { ledger, clock, sha256 } = deps;
  return (ticketId, reason, after_failure) =>
    retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket === undefined || isTerminal(ticket.state)) return undefined;
      const { state } = ticket;
      const of = { reason, ...(after_failure && { after_failure }), ...takenFrom(ticket) };
      const event = { type: 'TicketCancelled' as const, ...of };
      await ledger.commit([appendToTicket(ticket, event, clock.now(), sha256), ...leaveWrites(state)]);
      return state.phase === 'assigned' || state.phase === 'running'
        ? { agent_id: state.agent_id, attempt: state.attempt }
        : undefined;
    });
}
