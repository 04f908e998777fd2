/** The answer that a plan's machine waits for, from where its ticket stands. */
import type { TaskAnswers } from '../ports/plan-machines.ts';
import { isDone, type TicketRecord } from './state.ts';

/**
 * Nothing for a ticket that has not ended. Answering a token that is no longer waited for changes nothing, so every
 * execution that ever waited is answered. Where the plan continues past failures, its machine moves on: what depends on
 * the failure has been cancelled because of it, and moves on in the same way. A ticket that was cancelled with its plan
 * lets no machine move on, or what depends on it would run.
 */
export async function answerMachine(
  machines: TaskAnswers,
  { state, spec }: Pick<TicketRecord, 'state' | 'spec'>,
  taskTokens: readonly string[],
): Promise<void> {
  const passed = state.phase === 'failed' || (state.phase === 'cancelled' && state.after_failure !== undefined);
  const goesOn = isDone(state) || (passed && spec.on_failure === 'continue');
  for (const token of taskTokens) {
    if (goesOn) await machines.completeTask(token);
    else if (state.phase === 'failed')
      await machines.failTask(token, { error: state.error_code, cause: state.error_message });
    else if (state.phase === 'cancelled')
      await machines.failTask(token, { error: 'TICKET_CANCELLED', cause: state.reason });
  }
}
