/** A ticket's attempts, one by one, from its events. */
import type { Recorded } from '../ledger/chain.ts';
import type { AttemptView, TicketDetail } from '../messages/monitoring-api.ts';
import type { TicketEvent } from '../ticket/events.ts';

/** Oldest first. An attempt that an operator, or the end of its plan, took away ends with that event. */
export function attemptsOf(records: readonly Recorded<TicketEvent>[]): AttemptView[] {
  const attempts: AttemptView[] = [];
  for (const { event, at } of records) {
    const current = attempts.at(-1);
    if (event.type === 'TicketAssigned') {
      const { agent_id, attempt } = event;
      attempts.push({ attempt, agent_id, assigned_at: at, outcome: 'open' });
    } else if (current?.outcome === 'open' && event.type === 'TicketStarted') current.started_at = at;
    else if (current?.outcome === 'open' && ENDS.has(event.type)) {
      current.ended_at = at;
      current.outcome = event.type;
      if ('error_code' in event) Object.assign(current, failureOf(event));
    }
  }
  return attempts;
}

const ENDS: ReadonlySet<TicketEvent['type']> = new Set<TicketEvent['type']>([
  'AttemptFailed',
  'TicketCompleted',
  'TicketFailed',
  'TicketEscalated',
  'TicketSkipped',
  'TicketCancelled',
  'TicketWithdrawn',
  'TicketReopened',
]);

const failureOf = ({ error_code, error_message }: { error_code: string; error_message: string }) => ({
  error_code,
  error_message,
});

/** What the last attempt that ended with a result, or an operator in its place, gave. */
export function resultOf(records: readonly Recorded<TicketEvent>[]): TicketDetail['result'] {
  for (const { event } of records.toReversed()) {
    if (event.type === 'TicketSkipped') return { success: true, output: { ...event.output }, metadata: {}, logs: [] };
    if ('result' in event && event.result !== undefined) {
      const { success, output, metadata, logs } = event.result;
      return { success, output: { ...output }, metadata: { ...metadata }, logs: [...logs] };
    }
  }
  return undefined;
}
