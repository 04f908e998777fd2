/** A ticket's attempts that ended by what their agents did, from its events. */
import type { Recorded } from '../ledger/chain.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { type FailureCause, kindOfWork } from '../ticket/state.ts';
import type { EndedAttempt } from './regret.ts';

const NOT_RUN: readonly FailureCause[] = ['operator', 'claim_timeout', 'taken_back', 'handed_back', 'revoked'];

/** Oldest first; what was taken away from an agent, what it gave back and what it never claimed, is no attempt of its. */
export function endedAttempts(records: readonly Recorded<TicketEvent>[]): EndedAttempt[] {
  const first = records[0]?.event;
  if (first?.type !== 'TicketCreated') return [];
  const { spec } = first;
  const attempts: EndedAttempt[] = [];
  let assigned_at: number | undefined;
  for (const { event, at } of records) {
    if (event.type === 'TicketAssigned') assigned_at = at;
    if (assigned_at === undefined || !isEnd(event)) continue;
    const succeeded = event.type === 'TicketCompleted';
    if (!succeeded && NOT_RUN.includes(event.cause)) continue;
    const { agent_id, duration_ms } = event;
    const of = { agent_id, task_type: kindOfWork(spec), estimated_ms: spec.estimated_duration_ms };
    attempts.push({ ...of, assigned_at, ended_at: at, duration_ms, succeeded });
  }
  return attempts;
}

type End = Extract<TicketEvent, { type: 'TicketCompleted' | 'AttemptFailed' | 'TicketFailed' | 'TicketEscalated' }>;
const ENDS: readonly TicketEvent['type'][] = ['TicketCompleted', 'AttemptFailed', 'TicketFailed', 'TicketEscalated'];
const isEnd = (event: TicketEvent): event is End => ENDS.includes(event.type);
