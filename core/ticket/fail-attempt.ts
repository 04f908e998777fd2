/**
 * An attempt has failed or is lost: the ticket is tried again later, or has failed for good; a compensation that failed
 * for good waits for a person. The agent's slot is free from the same commit on.
 */
import { incidentIdOf, incidentTypeOf, openIncident } from '../incident/incident.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { Timers } from '../ports/timers.ts';
import { deposits } from '../trail/from-event.ts';
import { appendAllToTicket } from './append.ts';
import { countedBy } from './counted-by.ts';
import type { ByOperator, TicketEvent, TicketResult } from './events.ts';
import { retryAt } from './retry.ts';
import type { Failure, FailureCause, TicketIn, TicketRecord } from './state.ts';

export interface FailedAttempt extends Failure {
  readonly retryable: boolean;
  readonly result_digest?: string;
  readonly result?: TicketResult;
  readonly operator?: ByOperator;
  /** what is recorded before the end of the attempt, with it */
  readonly first?: TicketEvent;
}

/** What the end of the attempt says of the agent; taken away by somebody: nothing. */
const ATTEMPT_WAS: Readonly<Record<FailureCause, { attempt_was?: 'answered' | 'lost' }>> = {
  reported: { attempt_was: 'answered' },
  handed_back: { attempt_was: 'answered' },
  claim_timeout: { attempt_was: 'lost' },
  lease_expired: { attempt_was: 'lost' },
  attempt_timeout: { attempt_was: 'lost' },
  taken_back: {},
  operator: {},
  revoked: {},
};

export interface FailAttemptDeps {
  ledger: Ledger;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
}

/** @throws HiveError COMMIT_CONFLICT when the ticket has moved on */
export type FailAttempt = (
  ticket: TicketRecord,
  held: TicketIn<'assigned'> | TicketIn<'running'>,
  failed: FailedAttempt,
) => Promise<'backing_off' | 'failed' | 'awaiting_person'>;

export function createFailAttempt({ ledger, timers, clock, sha256 }: FailAttemptDeps): FailAttempt {
  return async (ticket, held, failed) => {
    const { spec } = ticket;
    const { ticket_id } = spec;
    const { agent_id, attempt } = held;
    const { retryable, result, operator, first, result_digest, cause, error_code, error_message } = failed;
    const now = clock.now();
    const facts = {
      ...{ agent_id, attempt, cause, error_code, error_message },
      duration_ms: held.phase === 'running' ? Math.max(0, now - held.started_at) : 0,
      ...(result_digest === undefined ? {} : { result_digest }),
      ...countedBy(ticket, held),
    };
    const commit = (event: TicketEvent, ...more: Write[]) =>
      ledger.commit([
        appendAllToTicket(ticket, first === undefined ? [event] : [first, event], now, sha256),
        { kind: 'free_slot', agent_id, ticket_id, ...(operator ? {} : ATTEMPT_WAS[cause]) },
        ...deposits(spec, event, now),
        ...more,
      ]);

    const retry_at = retryAt(ticket, failed, now, clock.random());
    if (retry_at !== undefined) {
      await timers.set({ kind: 'ticket', id: ticket_id, at: retry_at });
      await commit({ type: 'AttemptFailed', ...facts, retry_at, ...(operator && { operator }) });
      return 'backing_off';
    }
    if (spec.compensates === undefined) {
      await commit({ type: 'TicketFailed', ...facts, retryable, ...(result && { result }) });
      return 'failed';
    }
    const incident_id = incidentIdOf(spec.plan_id, `compensation ${ticket_id} attempt ${attempt}`, sha256);
    const incident = openIncident(
      {
        incident_id,
        workflow_id: spec.plan_id,
        incident_type: incidentTypeOf([cause]),
        severity: 'HIGH',
        details: [
          `Task ${JSON.stringify(spec.metadata.undo ?? spec.task_id)} could not be undone: ${error_code}: ${error_message}`.slice(
            0,
            2000,
          ),
          `The plan waits. Undo it by hand and skip ticket ${ticket_id}, or mend the cause and retry it.`,
        ],
        affected_tickets: [ticket_id, spec.compensates],
        correlation_id: spec.correlation_id,
        trace_id: spec.trace_id,
        escalation_required: true,
        created_at: now,
      },
      sha256,
    );
    await commit({ type: 'TicketEscalated', ...facts, incident_id }, incident);
    return 'awaiting_person';
  };
}
