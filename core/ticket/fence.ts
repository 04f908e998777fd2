/** Who may speak for a ticket: only the agent that claimed the attempt that runs now. Each refusal has its own code. */
import { HiveError } from '../errors.ts';
import type { Fence } from '../messages/agent-api.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { isTerminal, type TicketIn, type TicketRecord, type TicketState } from './state.ts';

export const claimDigest = (claimId: string, sha256: Sha256): string => sha256(`claim:${claimId}`);

function refusal(code: string, status: number, message: string, state: TicketState): HiveError {
  const { ticket_id, phase } = state;
  return new HiveError(code, message, { status, detail: { ticket_id, phase } });
}

/** @throws HiveError TICKET_UNKNOWN (404) */
export async function loadTicketOrThrow(ledger: Ledger, ticketId: string): Promise<TicketRecord> {
  const ticket = await ledger.loadTicket(ticketId);
  if (ticket === undefined)
    throw new HiveError('TICKET_UNKNOWN', `No ticket has the id ${JSON.stringify(ticketId)}.`, { status: 404 });
  return ticket;
}

/**
 * The ticket is this agent's, in this attempt, claimed or not yet.
 * @throws HiveError TOKEN_REVOKED (403) · TICKET_FINISHED (410) · TICKET_NOT_ASSIGNED · TICKET_ASSIGNED_ELSEWHERE · TICKET_ATTEMPT_STALE (409)
 */
export function requireHolder(
  state: TicketState,
  { agent_id, attempt }: Fence,
): TicketIn<'assigned'> | TicketIn<'running'> {
  if (state.revoked_attempts?.includes(attempt))
    throw refusal('TOKEN_REVOKED', 403, 'The token of this attempt was revoked: stop working on the ticket.', state);
  if (isTerminal(state))
    throw refusal('TICKET_FINISHED', 410, `The ticket is ${state.phase}: stop working on it.`, state);
  if (state.phase !== 'assigned' && state.phase !== 'running')
    throw refusal(
      'TICKET_NOT_ASSIGNED',
      409,
      `The ticket is ${state.phase}, no agent has it: wait to be assigned.`,
      state,
    );
  if (attempt !== state.attempt)
    throw refusal(
      'TICKET_ATTEMPT_STALE',
      409,
      `Attempt ${state.attempt} runs now, not ${attempt}: stop working on it.`,
      state,
    );
  if (agent_id !== state.agent_id)
    throw refusal('TICKET_ASSIGNED_ELSEWHERE', 409, 'Another agent has this ticket: leave it alone.', state);
  return state;
}

/**
 * The caller holds the claim of the running attempt.
 * @throws HiveError as `requireHolder`, and TICKET_NOT_CLAIMED · TICKET_ALREADY_CLAIMED (409)
 */
export function requireClaim(state: TicketState, fence: Fence, sha256: Sha256): TicketIn<'running'> {
  const held = requireHolder(state, fence);
  if (held.phase === 'assigned')
    throw refusal('TICKET_NOT_CLAIMED', 409, 'The ticket is assigned but not claimed: claim it first.', held);
  if (held.claim_digest !== claimDigest(fence.claim_id, sha256))
    throw refusal(
      'TICKET_ALREADY_CLAIMED',
      409,
      'The ticket was claimed with another claim_id: leave it to that one.',
      held,
    );
  return held;
}
