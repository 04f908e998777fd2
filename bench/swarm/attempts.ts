/** Attempts of a deployed run with all their times, from the ledger's events. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';

/** Times in epoch ms. */
export interface RunAttempt {
  readonly task_id: string;
  readonly agent_id: string;
  /** it could have begun */
  readonly ready_at: number;
  readonly assigned_at: number;
  readonly started_at: number;
  readonly ended_at: number;
  readonly succeeded: boolean;
}

/** Of one ticket, oldest first; those that were assigned but never begun are left out. */
export function runAttempts(records: readonly Recorded<TicketEvent>[]): RunAttempt[] {
  const first = records[0]?.event;
  if (first?.type !== 'TicketCreated') return [];
  const { task_id } = first.spec;
  const attempts: RunAttempt[] = [];
  let [ready_at, assigned_at] = [0, 0];
  let started_at: number | undefined;
  for (const { event, at } of records) {
    if (event.type === 'TicketReady') ready_at = at;
    if (event.type === 'TicketAssigned') assigned_at = at;
    if (event.type === 'TicketStarted') started_at = at;
    if (event.type !== 'TicketCompleted' && event.type !== 'AttemptFailed' && event.type !== 'TicketFailed') continue;
    if (started_at === undefined) continue;
    const { agent_id } = event;
    const succeeded = event.type === 'TicketCompleted';
    attempts.push({ task_id, agent_id, ready_at, assigned_at, started_at, ended_at: at, succeeded });
    started_at = undefined;
  }
  return attempts;
}
