/**
 * The holder of a ticket gives it back undone: somebody else gets it. It has not failed, so no retry is used up; whoever
 * gave it back is avoided for it, and the wait before the next assignment grows, should nobody want it.
 */
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { HandBackAnswer, HandBackRequest } from '../messages/agent-api.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { createFailAttempt, type FailAttemptDeps } from './fail-attempt.ts';
import { claimDigest, loadTicketOrThrow, requireClaim, requireHolder } from './fence.ts';
import { heldOnce } from './reported.ts';
import type { TicketIn, TicketRecord } from './state.ts';

export interface HandBackTicketDeps extends FailAttemptDeps {
  freeCapacity: FreeCapacity;
}

/**
 * The same call again is answered as a duplicate.
 * @throws HiveError as `requireHolder`; as `requireClaim` where it was claimed; TICKET_AT_MOST_ONCE (409): claimed, and
 *   nobody else may have it then: it is to be reported
 */
export function createHandBackTicket(deps: HandBackTicketDeps) {
  const { ledger, clock, sha256, freeCapacity } = deps;
  const failAttempt = createFailAttempt(deps);

  function handedBack({ records }: TicketRecord, request: HandBackRequest): boolean {
    const { agent_id, attempt, claim_id = '' } = request;
    const mine = records.filter(
      ({ event }) => 'attempt' in event && event.attempt === attempt && event.agent_id === agent_id,
    );
    const given = mine.some(({ event }) => event.type === 'AttemptFailed' && event.cause === 'handed_back');
    const claimed = mine.some(({ event }) => event.type === 'TicketStarted');
    const claim = { agent_id, attempt, claim_digest: claimDigest(claim_id, sha256) };
    return given && (!claimed || heldOnce({ records }, claim));
  }

  function held({ state, spec }: TicketRecord, request: HandBackRequest): TicketIn<'assigned'> | TicketIn<'running'> {
    const fence = { ...request, claim_id: request.claim_id ?? '' };
    const holds = requireHolder(state, fence);
    if (holds.phase === 'assigned') return holds;
    if (requireClaim(holds, fence, sha256) && spec.qos.delivery_mode !== 'AT_MOST_ONCE') return holds;
    const { ticket_id, phase } = state;
    const message = 'The ticket is AT_MOST_ONCE and was claimed, so nobody else may have it: report how it ended.';
    throw new HiveError('TICKET_AT_MOST_ONCE', message, { status: 409, detail: { ticket_id, phase } });
  }

  return async function handBackTicket(ticket_id: string, request: HandBackRequest): Promise<HandBackAnswer> {
    const { agent_id, attempt, why } = request;
    const duplicate = await retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticket_id);
      if (handedBack(ticket, request)) return true;
      const said = { error_code: 'HANDED_BACK', error_message: why };
      await failAttempt(ticket, held(ticket, request), { cause: 'handed_back', ...said, retryable: true });
      return false;
    });
    // Again where it is a duplicate: the first call may have died in between. The ticket's own timer sees to the ticket.
    await freeCapacity(agent_id, `handed-back:${ticket_id}:${attempt}`);
    return { ticket_id, attempt, duplicate };
  };
}
