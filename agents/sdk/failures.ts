/** Which failures the API's answers and a ticket's work can end in. */
import { HiveError } from '../../core/errors.ts';

/**
 * Thrown by `run` to fail its ticket with a reason. `retryable` false says that another attempt, on whichever agent,
 * would fail the same way. Any other error thrown by `run` fails the ticket as well, retryable.
 */
export class TicketFailure extends Error {
  override readonly name = 'TicketFailure';
  readonly code: string;
  readonly retryable: boolean;
  readonly output: Record<string, string>;
  readonly logs: readonly string[];

  constructor(
    message: string,
    options: {
      code: string;
      retryable?: boolean;
      output?: Record<string, string>;
      logs?: readonly string[];
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? true;
    this.output = options.output ?? {};
    this.logs = options.logs ?? [];
  }
}

/** The same call may succeed later: the network failed, the API is overloaded or broken, or asks to try again. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof HiveError && (error.code === 'API_UNREACHABLE' || error.status >= 500 || error.status === 429)
  );
}

/** Something in between answered (a gateway, a proxy): that says nothing of the ticket. */
export const isFromBetween = (error: unknown): boolean => error instanceof HiveError && error.code.startsWith('HTTP_');

/**
 * Worth another try while a ticket is at stake. What is in between refuses with 403, 404 or 408 while credentials are
 * renewed, a firewall or a stage of the API is changed, or it is short of time; the API itself means what it says.
 */
export function mayPass(error: unknown): boolean {
  return isTransient(error) || (isFromBetween(error) && [403, 404, 408].includes((error as HiveError).status));
}

export const codeOf = (error: unknown): string => (error instanceof HiveError ? error.code : 'INTERNAL');
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
