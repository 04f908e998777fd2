/** The answer that a plan's machine waits for, from where its ticket stands. */
import type { TaskAnswers } from '../ports/plan-machines.ts';
import type { TicketState } from './state.ts';

/** Nothing for a ticket that has not ended. Answering a token that is no longer waited for changes nothing. */
export async function answerMachine(machines: TaskAnswers, state: TicketState, taskToken: string): Promise<void> {
  if (state.phase === 'completed') await machines.completeTask(taskToken);
  if (state.phase === 'failed')
    await machines.failTask(taskToken, { error: state.error_code, cause: state.error_message });
  if (state.phase === 'cancelled')
    await machines.failTask(taskToken, { error: 'TICKET_CANCELLED', cause: state.reason });
}
