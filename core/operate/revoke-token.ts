/**
 * Nothing that is said with a ticket's token counts from now on. The attempt is taken from its agent as if it had been
 * handed back: no retry is used up, and another agent is better. What must not be begun twice and may have begun has failed.
 */
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import type { ByOperator } from '../ticket/events.ts';
import { createFailAttempt, type FailAttemptDeps } from '../ticket/fail-attempt.ts';
import { loadTicketOrThrow } from '../ticket/fence.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { isTerminal } from '../ticket/state.ts';
import type { WithdrawFromAgent } from '../ticket/withdraw.ts';
import type { Operations } from './operations.ts';
import { operatorOf, wrongTicketPhase } from './verb.ts';

export interface RevokeTokenDeps extends FailAttemptDeps {
  freeCapacity: FreeCapacity;
  settle: SettleTicket;
  withdraw: WithdrawFromAgent;
}

/**
 * Takes the attempt from whoever has it, if `takes` them. Whoever dies after the commit has taken it: the agent hears of it
 * from its next call, and the ticket's own timer does what follows from its end.
 * @returns whether one was taken: a ticket that has ended, or that no such agent has, is left as it is
 * @throws HiveError TICKET_UNKNOWN (404)
 */
export type RevokeAttempt = (
  ticketId: string,
  operator: ByOperator,
  takes?: (agentId: string) => boolean,
) => Promise<boolean>;

export function createRevokeAttempt(deps: RevokeTokenDeps): RevokeAttempt {
  const { ledger, clock, freeCapacity, settle, withdraw } = deps;
  const failAttempt = createFailAttempt(deps);

  return async (ticketId, operator, takes = () => true) => {
    const { by, why } = operator;
    const taken = await retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const { state } = ticket;
      if ((state.phase !== 'assigned' && state.phase !== 'running') || !takes(state.agent_id)) return undefined;
      const { agent_id, attempt } = state;
      const said = { error_code: 'TOKEN_REVOKED', error_message: `${by}: ${why}` };
      const first = { type: 'TokenRevoked' as const, agent_id, attempt, ...operator };
      const ended = await failAttempt(ticket, state, { cause: 'revoked', ...said, retryable: false, first });
      return { agent_id, attempt, ended, reason: said.error_message };
    });
    if (taken === undefined) return false;
    const { agent_id, attempt, ended, reason } = taken;
    await withdraw(agent_id, ticketId, attempt, reason);
    if (ended === 'failed') await settle(ticketId);
    await freeCapacity(agent_id, `revoked:${ticketId}:${attempt}`);
    return true;
  };
}

/** A ticket that no agent has is left as it is: none of its tokens is live. @throws HiveError TICKET_UNKNOWN · TICKET_PHASE_WRONG */
export function createRevokeToken(deps: RevokeTokenDeps): Operations['revokeToken'] {
  const { ledger } = deps;
  const revokeAttempt = createRevokeAttempt(deps);
  return async (ticketId, request): Promise<VerbAnswer> => {
    const before = await loadTicketOrThrow(ledger, ticketId);
    if (isTerminal(before.state))
      throw wrongTicketPhase(before, 'revoke the token of', 'it has ended and its tokens with it');
    const changed = await revokeAttempt(ticketId, operatorOf(request));
    const { phase } = (await loadTicketOrThrow(ledger, ticketId)).state;
    return { id: ticketId, phase, changed };
  };
}
