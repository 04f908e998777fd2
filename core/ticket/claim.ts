/** An agent takes up a ticket that was assigned to it. */
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import type { IssueToken } from '../credential/issue.ts';
import { scopesOf } from '../credential/ticket-claims.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { ClaimAnswer, Fence } from '../messages/agent-api.ts';
import { claimQuestion } from '../policy/questions.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { type AuthorizeHolderDeps, createAuthorizeHolder } from './authorize-holder.ts';
import { claimDigest, loadTicketOrThrow, requireClaim, requireHolder } from './fence.ts';
import { LEASE_MS } from './lease.ts';
import type { TicketRecord } from './state.ts';
import { toExecutionTicket } from './view.ts';

export interface ClaimTicketDeps extends AuthorizeHolderDeps {
  ledger: Ledger;
  assetsOf: AssetsOf;
  clock: Clock;
  sha256: Sha256;
  issue: IssueToken;
}

interface Claimed {
  readonly ticket: TicketRecord;
  readonly timeout_at: number;
  readonly attempt: number;
}

/**
 * The same claim_id may claim again and gets the same answer, with a token of its own; another one is refused. The token is
 * made when the claim stands: where that fails, or its answer is lost, the agent claims again. Denied by the policies, the
 * ticket stays as it is: unclaimed, it is another's when its lease is over.
 * @throws as `requireClaim`, `Authorize` and `IssueToken`
 */
export function createClaimTicket({ ledger, assetsOf, clock, sha256, issue, ...deps }: ClaimTicketDeps) {
  const authorizeHolder = createAuthorizeHolder(deps);

  async function answer(agent_id: string, { ticket, timeout_at, attempt }: Claimed): Promise<ClaimAnswer> {
    const { ticket_id, plan_id } = ticket.spec;
    const attempt_ends = Math.ceil(timeout_at / 1000);
    const scopes = scopesOf(ticket.spec);
    const issued = await issue({ plan_id, ticket_id, attempt, agent_id, scopes, attempt_ends });
    return {
      ticket: toExecutionTicket(ticket),
      attempt,
      timeout_at,
      lease_ms: 'lease_ms' in ticket.state ? ticket.state.lease_ms : LEASE_MS,
      ...issued,
      idempotency_key: ticket_id,
    };
  }

  const authorized = async ({ spec }: TicketRecord, held: { agent_id: string; attempt: number }, now: number) =>
    authorizeHolder(claimQuestion, spec, held, (await assetsOf(spec)).facts, now);

  const claim = (ticketId: string, fence: Fence): Promise<Claimed> =>
    retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const held = requireHolder(ticket.state, fence);
      const now = clock.now();
      if (held.phase === 'running') {
        const { timeout_at, attempt } = requireClaim(held, fence, sha256);
        // A token is given out: what has come to be forbidden since is refused it.
        await authorized(ticket, held, now);
        return { ticket, timeout_at, attempt };
      }
      const { agent_id, attempt } = held;
      // A person's time runs from the assignment on.
      const timeout_at = held.person?.due_at ?? now + held.timeout_ms;
      const claim_digest = claimDigest(fence.claim_id, sha256);
      const authorization = await authorized(ticket, held, now);
      const event = { type: 'TicketStarted' as const, agent_id, attempt, claim_digest, timeout_at, authorization };
      const write = appendToTicket(ticket, event, now, sha256);
      await ledger.commit([write]);
      const state = write.kind === 'append_ticket' ? write.state : ticket.state;
      return { ticket: { ...ticket, state }, timeout_at, attempt };
    });

  return async (ticketId: string, fence: Fence): Promise<ClaimAnswer> =>
    answer(fence.agent_id, await claim(ticketId, fence));
}
