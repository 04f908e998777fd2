/** What an agent without an undo makes of a COMPENSATE ticket. */
import { TicketFailure } from './failures.ts';
import type { Run } from './run-context.ts';

/** Fails the ticket for good: another attempt would know no better, and nothing is said to be undone that was not. */
export const undoUnknown: Run = async (ticket, { compensates }) => {
  throw new TicketFailure(
    `this agent knows no undo: what task ${compensates?.taskId ?? ticket.task_id} did is still there. Undo it by hand, then skip this ticket`,
    { code: 'UNDO_UNKNOWN', retryable: false },
  );
};
