/**
 * What a fallen agent holds goes to others, as far as it may. Of a silent agent, what it lost is taken away at once: each
 * ticket is looked at now, and the look takes those whose lease is over. Of one that gives signs of life, what it has not
 * begun is withdrawn, since nothing has run; what runs goes on.
 */
import { isConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Timers } from '../../ports/timers.ts';
import type { FailAttempt } from '../../ticket/fail-attempt.ts';
import type { WithdrawFromAgent } from '../../ticket/withdraw.ts';
import { type AgentRecord, isSilent } from '../agent.ts';

export interface RedistributeDeps {
  ledger: Ledger;
  timers: Timers;
  failAttempt: FailAttempt;
  withdraw: WithdrawFromAgent;
  clock: Clock;
}

/** May be called any number of times: whoever dies in it leaves the rest to the tickets' own timers. */
export type Redistribute = (agent: AgentRecord) => Promise<void>;

export function createRedistribute({ ledger, timers, failAttempt, withdraw, clock }: RedistributeDeps): Redistribute {
  async function takeBack(agent_id: string, ticketId: string): Promise<void> {
    const ticket = await ledger.loadTicket(ticketId);
    if (ticket?.state.phase !== 'assigned' || ticket.state.agent_id !== agent_id) return;
    const { attempt } = ticket.state;
    const message = 'The agent does badly: the ticket goes to another one before it is begun.';
    const failed = { cause: 'taken_back', error_code: 'AGENT_DEGRADED', error_message: message } as const;
    try {
      await failAttempt(ticket, ticket.state, { ...failed, retryable: true });
    } catch (error) {
      // It was claimed, or taken away, meanwhile.
      if (isConflict(error)) return;
      throw error;
    }
    await withdraw(agent_id, ticketId, attempt, message);
  }

  return async function redistribute(agent) {
    const now = clock.now();
    const ids = Object.keys(agent.held).sort();
    if (isSilent(agent, now)) for (const id of ids) await timers.set({ kind: 'ticket', id, at: now });
    else for (const id of ids) await takeBack(agent.agent_id, id);
  };
}
