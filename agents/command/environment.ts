/** What a ticket's program sees in its environment. */
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import type { RunContext } from '../sdk/run-context.ts';

/** Passed on from the agent. Nothing else is: above all not its AWS credentials. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'USER', 'LOGNAME', 'SHELL'];
/** An operator's own settings for the programs are passed on under this prefix. */
const OWN_PREFIX = 'HIVE_';
/** Except those that only a ticket sets: an agent started by a program of another one has these in its environment. */
const OF_THE_TICKET = /^HIVE_(PARAM_|UNDO_)/;
/** Linux refuses to start a program with one variable of 128 KB or more. */
const VALUE_BYTES = 100 * 1024;

export interface ProgramEnvironment {
  variables: Record<string, string>;
  /** What could not be passed this way, a sentence each; standard input still has all of it. */
  omitted: string[];
}

/**
 * `HIVE_TICKET_ID`, `HIVE_PLAN_ID`, `HIVE_TASK_ID`, `HIVE_TASK_TYPE`, `HIVE_ATTEMPT`, `HIVE_IDEMPOTENCY_KEY`,
 * `HIVE_OUTPUT`, and a `HIVE_PARAM_<NAME>` per parameter: upper case, anything but letters, digits and _ replaced by _.
 * Of a ticket that undoes another one also `HIVE_UNDO_OF`, the task, and `HIVE_UNDO_OUTPUT`, its output as JSON if known.
 */
export function programEnvironment(
  ticket: ExecutionTicket,
  { attempt, idempotencyKey, compensates }: Pick<RunContext, 'attempt' | 'idempotencyKey' | 'compensates'>,
  outputFile: string,
  own: Readonly<Record<string, string | undefined>>,
): ProgramEnvironment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    const inherited = INHERITED.includes(name) || (name.startsWith(OWN_PREFIX) && !OF_THE_TICKET.test(name));
    if (value !== undefined && inherited) variables[name] = value;
  }
  Object.assign(variables, {
    HIVE_TICKET_ID: ticket.ticket_id,
    HIVE_PLAN_ID: ticket.plan_id,
    HIVE_TASK_ID: ticket.task_id,
    HIVE_TASK_TYPE: ticket.task_type,
    HIVE_ATTEMPT: String(attempt),
    HIVE_IDEMPOTENCY_KEY: idempotencyKey,
    HIVE_OUTPUT: outputFile,
  });
  const omitted: string[] = [];
  if (compensates !== undefined) {
    variables.HIVE_UNDO_OF = compensates.taskId;
    const output = compensates.output === undefined ? undefined : JSON.stringify(compensates.output);
    if (output !== undefined && Buffer.byteLength(output) <= VALUE_BYTES) variables.HIVE_UNDO_OUTPUT = output;
    else omitted.push('HIVE_UNDO_OUTPUT: the output of what is undone is not known');
  }
  for (const name of Object.keys(ticket.parameters).sort()) {
    const value = ticket.parameters[name] ?? '';
    const variable = parameterVariable(name);
    if (variable in variables) omitted.push(`parameter ${JSON.stringify(name)}: ${variable} is another one's`);
    else if (value.includes('\0')) omitted.push(`parameter ${JSON.stringify(name)}: has a NUL character`);
    else if (Buffer.byteLength(value) > VALUE_BYTES) omitted.push(`parameter ${JSON.stringify(name)}: over 100 KB`);
    else variables[variable] = value;
  }
  return { variables, omitted };
}

export const parameterVariable = (name: string): string =>
  `HIVE_PARAM_${name.replace(/[^A-Za-z0-9_]/gu, '_').toUpperCase()}`;
