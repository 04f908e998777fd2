/** Which events of a ticket leave a trail: so trails are a projection of the ledger, and can be summed up from it again. */
import type { Write } from '../ports/ledger.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { type FailureCause, kindOfWork, type TicketSpec } from '../ticket/state.ts';
import { type Deposit, depositOf, type Outcome } from './deposit.ts';

/** The agent's word or silence counts; what is taken from it or given back in good time does not. */
const OUTCOME_OF: Readonly<Record<FailureCause, Outcome | undefined>> = {
  reported: 'failure',
  lease_expired: 'failure',
  attempt_timeout: 'failure',
  // Not begun: the agent is slow to answer, or gone.
  claim_timeout: 'warning',
  handed_back: undefined,
  taken_back: undefined,
  operator: undefined,
  revoked: undefined,
};

function outcomeOf(event: TicketEvent): Outcome | undefined {
  switch (event.type) {
    case 'TicketCompleted':
      return 'success';
    case 'AttemptFailed':
    case 'TicketFailed':
    case 'TicketEscalated':
      if ('operator' in event && event.operator !== undefined) return undefined;
      return OUTCOME_OF[event.cause];
    default:
      return undefined;
  }
}

/** @param at epoch ms, as the event is recorded */
export function depositFrom(spec: TicketSpec, event: TicketEvent, at: number): Deposit | undefined {
  const outcome = outcomeOf(event);
  if (outcome === undefined || !('agent_id' in event && 'duration_ms' in event)) return undefined;
  const { agent_id, duration_ms } = event;
  const { pool, estimated_duration_ms } = spec;
  return depositOf({ pool, task_type: kindOfWork(spec), agent_id, outcome, duration_ms, estimated_duration_ms, at });
}

/** To be committed with the event. */
export function deposits(spec: TicketSpec, event: TicketEvent, at: number): Write[] {
  const deposit = depositFrom(spec, event, at);
  return deposit === undefined ? [] : [{ kind: 'deposit_trail', deposit }];
}
