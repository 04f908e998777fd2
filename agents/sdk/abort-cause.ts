/** Why work on an attempt is cut short. */
import { TicketFailure } from './failures.ts';

export type AbortCause =
  | { kind: 'timeout'; timeoutAt: number }
  | { kind: 'stopping' }
  /** Nobody waits for a report any more. */
  | { kind: 'lost'; code: string; message: string };

/** What to report of work that was cut short; undefined when there is nobody to report to. */
export function failureOf(cause: AbortCause): TicketFailure | undefined {
  switch (cause.kind) {
    case 'timeout':
      return new TicketFailure(`the attempt ran into its timeout at ${new Date(cause.timeoutAt).toISOString()}`, {
        code: 'ATTEMPT_TIMEOUT',
      });
    case 'stopping':
      return new TicketFailure('the agent was stopped while the ticket ran', { code: 'AGENT_STOPPING' });
    case 'lost':
      return undefined;
  }
}
