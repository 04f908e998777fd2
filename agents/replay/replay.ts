/** Spends the recorded time of an imported task, openly: its output says that nothing else was done. */
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import { type Clock, sleep } from '../sdk/clock.ts';
import { TicketFailure } from '../sdk/failures.ts';
import type { Run, RunContext } from '../sdk/run-context.ts';
import { undoUnknown } from '../sdk/undo-unknown.ts';

/** How the replaying agent differs from the one that was recorded. */
export interface ReplayedAgent {
  /** as fast as the recorded one: 1; twice as fast: 2 */
  readonly speed: number;
  /** the probability (0–1) that an attempt fails, when its time is spent */
  readonly failureRate: number;
  /** uniform in [0, 1) */
  readonly random: () => number;
}

export const AS_RECORDED: ReplayedAgent = { speed: 1, failureRate: 0, random: Math.random };

/**
 * Sleeps `metadata.recorded_runtime_ms` × `metadata.scale` (default 1) ÷ the agent's speed. Throws NOT_A_RECORDING, not
 * retryable, for a ticket that carries no recorded time: a real task is never pretended to be done; and REPLAYED_FAILURE,
 * retryable, as often as the agent is to fail.
 */
export async function replay(
  ticket: ExecutionTicket,
  context: RunContext,
  clock: Clock,
  { speed, failureRate, random }: ReplayedAgent = AS_RECORDED,
): Promise<Record<string, string>> {
  const recorded = numberOf(ticket, 'recorded_runtime_ms');
  const scale = 'scale' in ticket.metadata ? numberOf(ticket, 'scale') : 1;
  const startedAt = clock.now();
  context.log(`replaying ${recorded} ms × ${scale}${speed === 1 ? '' : ` ÷ ${speed}`}`);
  await sleep(clock, (recorded * scale) / speed, context.signal);
  context.signal.throwIfAborted();
  if (random() < failureRate)
    throw new TicketFailure(`a failure was replayed: this agent fails ${failureRate * 100} % of its attempts`, {
      code: 'REPLAYED_FAILURE',
    });
  return {
    replayed: 'true',
    recorded_runtime_ms: String(recorded),
    scale: String(scale),
    ...(speed === 1 ? {} : { speed: String(speed) }),
    spent_ms: String(clock.now() - startedAt),
  };
}

/**
 * A replay changed nothing, so there is nothing to take back, and the output says so. Fails with UNDO_UNKNOWN, for good,
 * when what is to be undone does not say that it was replayed: a real task is never pretended to be undone.
 */
export const undoReplay: Run = async (ticket, context) => {
  const { compensates } = context;
  if (compensates?.output?.replayed !== 'true') return undoUnknown(ticket, context);
  context.log(`${compensates.taskId} was a replay: there is nothing to undo`);
  return { replayed: 'true', undone: 'nothing' };
};

function numberOf(ticket: ExecutionTicket, name: string): number {
  const text = ticket.metadata[name]?.trim() ?? '';
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value >= 0) return value;
  const found = text === '' ? 'is missing' : `is ${JSON.stringify(text)}, no duration`;
  throw new TicketFailure(
    `task ${ticket.task_id} is no recording: metadata.${name} ${found}. A replay agent only runs imported workflows`,
    { code: 'NOT_A_RECORDING', retryable: false },
  );
}
