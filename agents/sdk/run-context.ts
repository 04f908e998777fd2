/** What a ticket's work is given, and what it answers with. */
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import type { AwsCredentialsOf } from './aws-credentials.ts';
import type { Compensates } from './compensates.ts';

export interface RunContext {
  /** Aborts when the attempt times out, is withdrawn or lost to somebody else, or the agent has to stop now. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The same for every attempt of the ticket: hand it on to whatever the work changes outside, to change it once. */
  readonly idempotencyKey: string;
  /** What is to be undone; undefined unless the ticket undoes another one. */
  readonly compensates?: Compensates | undefined;
  /**
   * For what the task reads and writes in S3, until the attempt ends: `new S3Client({ credentials: context.awsCredentials })`.
   * @throws HiveError where there are none for it
   */
  readonly awsCredentials: AwsCredentialsOf;
  /** A line of the ticket's log: goes to the agent's log at once, and its tail into the result. */
  log(line: string): void;
}

/** Does the work. Its answer is the output; what it throws fails the ticket (see `TicketFailure`). */
export type Run = (ticket: ExecutionTicket, context: RunContext) => Promise<Record<string, string>>;

export type OnLine = (ticket: ExecutionTicket, line: string) => void;
