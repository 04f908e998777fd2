/** The ExecutionResult of an attempt, within the bounds that the API accepts. */
import {
  type ExecutionResult,
  executionResult,
  MAX_ERROR_CODE_CHARACTERS,
} from '../../core/messages/execution-result.ts';
import { stringMap } from '../../core/messages/primitives.ts';
import { type BoundedLog, LOG_BYTES, LOG_LINES } from './bounded-log.ts';
import { TicketFailure } from './failures.ts';
import { jsonBytes } from './json-bytes.ts';

export const OUTPUT_BYTES = 128 * 1024;
const MESSAGE_CHARACTERS = 4096;

export type Outcome = { output: Record<string, string> } | { failure: TicketFailure };

export interface ResultFacts {
  ticketId: string;
  agentId: string;
  startedAt: number;
  now: number;
  log: BoundedLog;
}

/** An output over 128 KB, or of anything but strings, makes the attempt a failed one: it would be refused anyway. */
export function resultOf(outcome: Outcome, facts: ResultFacts): ExecutionResult {
  const checked = 'output' in outcome ? checkOutput(outcome.output) : outcome;
  const failure = 'failure' in checked ? checked.failure : undefined;
  const output = 'output' in checked ? checked.output : boundedOrNone(checked.failure.output);
  const logs =
    failure === undefined || failure.logs.length === 0 ? facts.log.tail() : withLines(facts.log, failure.logs);
  return executionResult.parse({
    ticket_id: facts.ticketId,
    status: failure === undefined ? 'COMPLETED' : 'FAILED',
    result: { success: failure === undefined, output, metadata: {}, logs },
    ...(failure === undefined
      ? {}
      : {
          error_message: failure.message.slice(0, MESSAGE_CHARACTERS).toWellFormed(),
          error: {
            code: failure.code.slice(0, MAX_ERROR_CODE_CHARACTERS).toWellFormed(),
            retryable: failure.retryable,
          },
        }),
    actual_duration_ms: Math.max(0, Math.round(facts.now - facts.startedAt)),
    agent_id: facts.agentId,
    timestamp: Math.round(facts.now),
    schema_version: 1,
  });
}

export function tooLarge(bytes: number): TicketFailure {
  return new TicketFailure(
    `the output is ${bytes} bytes as JSON, over ${OUTPUT_BYTES}: put large results in a store and report their address`,
    { code: 'RESULT_TOO_LARGE', retryable: false },
  );
}

function checkOutput(output: unknown): Outcome {
  const parsed = stringMap.safeParse(output);
  if (!parsed.success) {
    const failure = new TicketFailure(`the output is not a map of strings: ${parsed.error.issues[0]?.message}`, {
      code: 'OUTPUT_INVALID',
      retryable: false,
    });
    return { failure };
  }
  const wellFormed = Object.fromEntries(
    Object.entries(parsed.data).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
  );
  const bytes = jsonBytes(wellFormed);
  return bytes > OUTPUT_BYTES ? { failure: tooLarge(bytes) } : { output: wellFormed };
}

function boundedOrNone(output: Record<string, string>): Record<string, string> {
  const checked = checkOutput(output);
  return 'output' in checked ? checked.output : {};
}

function withLines(log: BoundedLog, lines: readonly string[]): string[] {
  for (const line of lines.slice(-LOG_LINES)) log.add(line.slice(0, LOG_BYTES));
  return log.tail();
}
