/** A ticket that waits (for its backoff, or for a person) is tried again now; one that runs is taken from its agent first. */
import { resolving } from '../incident/resolving.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { AVOID_FOR_MS } from '../swarm/match.ts';
import type { ByOperator } from '../ticket/events.ts';
import { createFailAttempt } from '../ticket/fail-attempt.ts';
import { loadTicketOrThrow } from '../ticket/fence.ts';
import type { TicketRecord } from '../ticket/state.ts';
import type { WithdrawFromAgent } from '../ticket/withdraw.ts';
import type { Operations } from './operations.ts';
import { operatorOf, type VerbDeps, wrongTicketPhase } from './verb.ts';

export interface RetryTicketDeps extends VerbDeps {
  timers: Timers;
  rounds: Rounds;
  becomeReady: BecomeReady;
  freeCapacity: FreeCapacity;
  withdraw: WithdrawFromAgent;
}

/** @throws HiveError TICKET_UNKNOWN · TICKET_PHASE_WRONG */
export function createRetryTicket(deps: RetryTicketDeps): Operations['retryTicket'] {
  const { ledger, timers, rounds, becomeReady, freeCapacity, withdraw, clock, sha256 } = deps;
  const failAttempt = createFailAttempt(deps);

  const ask = ({ spec }: TicketRecord, readyAt: number) =>
    rounds.request(spec.pool, `an operator retries ${spec.ticket_id}`, `operator:${spec.ticket_id}:${readyAt}`);

  /** It does not wait for its timer. */
  const goOnAtOnce = (ticketId: string, operator: ByOperator): Promise<void> =>
    retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      if (ticket.state.phase !== 'backing_off') return;
      const now = clock.now();
      await timers.set({ kind: 'ticket', id: ticketId, at: now + AVOID_FOR_MS });
      await becomeReady(ticket, { operator }, now);
      await ask(ticket, now);
    });

  return async (ticketId, request): Promise<VerbAnswer> => {
    const operator = operatorOf(request);
    const after = await retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const { state } = ticket;
      switch (state.phase) {
        case 'created':
        case 'gated':
        case 'deferred':
          return { changed: false, follow: async () => {} };
        case 'ready':
          return { changed: false, follow: () => ask(ticket, state.ready_at) };
        case 'backing_off':
        case 'awaiting_person': {
          const now = clock.now();
          const incident = state.phase === 'awaiting_person' ? state.incident_id : undefined;
          await becomeReady(ticket, { operator }, now, await resolving(ledger, incident, operator, now, sha256));
          return {
            changed: true,
            follow: () => ask(ticket, now),
          };
        }
        case 'assigned':
        case 'running': {
          const { agent_id, attempt } = state;
          const said = { error_code: 'TAKEN_AWAY', error_message: `${operator.by}: ${operator.why}` };
          // Not claimed, it has not begun: it is as if the claim had come too late.
          const cause = state.phase === 'assigned' ? ('claim_timeout' as const) : ('operator' as const);
          await failAttempt(ticket, state, { cause, ...said, retryable: true, operator });
          return {
            changed: true,
            follow: async () => {
              await withdraw(agent_id, ticketId, attempt, said.error_message);
              await freeCapacity(agent_id, `taken:${ticketId}:${attempt}`);
              await goOnAtOnce(ticketId, operator);
            },
          };
        }
        case 'failed':
          throw wrongTicketPhase(ticket, 'retry', 'its plan has failed with it: redrive the plan');
        default:
          throw wrongTicketPhase(ticket, 'retry', 'it has ended');
      }
    });
    await after.follow();
    const { phase } = (await loadTicketOrThrow(ledger, ticketId)).state;
    return { id: ticketId, phase, changed: after.changed };
  };
}
