/** The holder of a ticket lives and still works on it. */
import type { Fence, TicketHeartbeatAnswer } from '../messages/agent-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { claimDigest, loadTicketOrThrow, requireClaim } from './fence.ts';
import { LEASE_MS } from './lease.ts';

/** @throws as `requireClaim`: any of its codes means that the agent should stop working on the ticket */
export function createHeartbeatTicket({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  return async (ticketId: string, fence: Fence): Promise<TicketHeartbeatAnswer> => {
    const now = clock.now();
    const { agent_id, attempt, claim_id } = fence;
    const claim = { agent_id, attempt, claim_digest: claimDigest(claim_id, sha256) };
    // One write in the usual case; the ticket is read only to say what is wrong.
    const alive = await ledger.touchTicket(ticketId, claim, now);
    if (!alive) requireClaim((await loadTicketOrThrow(ledger, ticketId)).state, fence, sha256);
    return { ticket_id: ticketId, lease_expires_at: now + LEASE_MS };
  };
}
