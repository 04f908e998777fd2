/** Runs the work of a claimed ticket until it ends, or is cut short. */
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import { type AbortCause, failureOf } from './abort-cause.ts';
import { aborted, type Clock, sleep } from './clock.ts';
import { messageOf, TicketFailure } from './failures.ts';
import type { Outcome } from './result.ts';
import type { Run, RunContext } from './run-context.ts';

export interface Performed {
  /** undefined: the attempt was lost, there is nothing to report. */
  outcome: Outcome | undefined;
  /** Resolves when the work has really ended: later than the outcome when it does not listen to its signal. */
  idle: Promise<void>;
}

/**
 * Work that was aborted counts as failed for the cause of the abort, whatever it answers then: half a result cannot be
 * told from a whole one. It gets `abortGraceMs` to end before that is reported, so that a next attempt elsewhere does
 * not run beside it. Work that was cut short before it began is not begun.
 */
export async function perform(
  run: Run,
  ticket: ExecutionTicket,
  context: RunContext,
  options: { clock: Clock; abortGraceMs: number },
): Promise<Performed> {
  const { signal } = context;
  if (signal.aborted) return { outcome: cutShortBefore(signal), idle: Promise.resolve() };
  const ended = Promise.resolve()
    .then(() => run(ticket, context))
    .then(
      (output): Outcome => ({ output }),
      (error: unknown): Outcome => ({ failure: asFailure(error) }),
    );
  const idle = ended.then(() => undefined);
  const stopWaiting = new AbortController();
  const cutShort = aborted(signal).then(() => sleep(options.clock, options.abortGraceMs, stopWaiting.signal));
  const first = await Promise.race([ended, cutShort]);
  stopWaiting.abort();
  if (!signal.aborted) return { outcome: first as Outcome, idle };

  const failure = failureOf(signal.reason as AbortCause);
  if (failure === undefined) return { outcome: undefined, idle };
  if (first === undefined) context.log('the work did not end when told to; it is reported all the same');
  return { outcome: { failure: withDetails(failure, first || undefined) }, idle };
}

function cutShortBefore(signal: AbortSignal): Outcome | undefined {
  const failure = failureOf(signal.reason as AbortCause);
  return failure && { failure };
}

function asFailure(error: unknown): TicketFailure {
  if (error instanceof TicketFailure) return error;
  return new TicketFailure(messageOf(error), { code: 'RUN_FAILED', retryable: true, cause: error });
}

function withDetails(failure: TicketFailure, answered: Outcome | undefined): TicketFailure {
  if (answered === undefined || 'output' in answered) return failure;
  const { message, output, logs } = answered.failure;
  return new TicketFailure(`${failure.message} (${message})`, { code: failure.code, output, logs });
}
