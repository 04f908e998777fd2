/** An agent takes up a ticket that was assigned to it. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { ClaimAnswer, Fence } from '../messages/agent-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { claimDigest, loadTicketOrThrow, requireClaim, requireHolder } from './fence.ts';
import { LEASE_MS } from './lease.ts';
import type { TicketRecord } from './state.ts';
import { toExecutionTicket } from './view.ts';

/** The same claim_id may claim again and gets the same answer; another one is refused. @throws as `requireClaim` */
export function createClaimTicket({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  const answer = (ticket: TicketRecord, timeout_at: number, attempt: number): ClaimAnswer => ({
    ticket: toExecutionTicket(ticket),
    attempt,
    timeout_at,
    lease_ms: 'lease_ms' in ticket.state ? ticket.state.lease_ms : LEASE_MS,
    idempotency_key: ticket.spec.ticket_id,
  });

  return (ticketId: string, fence: Fence): Promise<ClaimAnswer> =>
    retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const held = requireHolder(ticket.state, fence);
      if (held.phase === 'running') {
        const { timeout_at, attempt } = requireClaim(held, fence, sha256);
        return answer(ticket, timeout_at, attempt);
      }
      const now = clock.now();
      const { agent_id, attempt } = held;
      // A person's time runs from the assignment on.
      const timeout_at = held.person?.due_at ?? now + held.timeout_ms;
      const claim_digest = claimDigest(fence.claim_id, sha256);
      const event = { type: 'TicketStarted' as const, agent_id, attempt, claim_digest, timeout_at };
      const write = appendToTicket(ticket, event, now, sha256);
      await ledger.commit([write]);
      const state = write.kind === 'append_ticket' ? write.state : ticket.state;
      return answer({ ...ticket, state }, timeout_at, attempt);
    });
}
