/** An agent takes up a ticket that was assigned to it. */
import type { Authorize } from '../access/authorize.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { ClaimAnswer, Fence } from '../messages/agent-api.ts';
import { claimQuestion, unknownAgent } from '../policy/questions.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { claimDigest, loadTicketOrThrow, requireClaim, requireHolder } from './fence.ts';
import { LEASE_MS } from './lease.ts';
import type { TicketRecord } from './state.ts';
import { toExecutionTicket } from './view.ts';

export interface ClaimTicketDeps {
  ledger: Ledger;
  agents: Pick<AgentRegistry, 'load'>;
  authorize: Authorize;
  clock: Clock;
  sha256: Sha256;
}

/**
 * The same claim_id may claim again and gets the same answer; another one is refused. Denied by the policies, the ticket
 * stays as it is: unclaimed, it is another's when its lease is over.
 * @throws as `requireClaim`, and as `Authorize`
 */
export function createClaimTicket({ ledger, agents, authorize, clock, sha256 }: ClaimTicketDeps) {
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
      const agent = (await agents.load(agent_id)) ?? unknownAgent(agent_id);
      const { asked, ...question } = claimQuestion(agent, ticket.spec, { attempt, holder: agent_id }, now);
      const about = { ticket_id: ticketId, plan_id: ticket.spec.plan_id };
      const authorization = { ...(await authorize({ ...question, ...about })), asked };
      const event = { type: 'TicketStarted' as const, agent_id, attempt, claim_digest, timeout_at, authorization };
      const write = appendToTicket(ticket, event, now, sha256);
      await ledger.commit([write]);
      const state = write.kind === 'append_ticket' ? write.state : ticket.state;
      return answer({ ...ticket, state }, timeout_at, attempt);
    });
}
