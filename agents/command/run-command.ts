/** Does a ticket's work with a program: parameters as environment, the ticket as JSON on its standard input. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import type { RunContext } from '../sdk/run-context.ts';
import { programEnvironment } from './environment.ts';
import { failureOfExit } from './exit-status.ts';
import { createLineSplitter } from './line-splitter.ts';
import { readOutput } from './output-file.ts';
import { startProgram } from './process-group.ts';

const TAIL_CHARACTERS = 8192;
const ERROR_LINES = 5;

export interface CommandOptions {
  /** Program and arguments; no shell is put between. */
  command: readonly string[];
  cwd?: string;
  /** Where inherited variables come from; default the agent's own environment. */
  env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Answers with the map that the program wrote to HIVE_OUTPUT, or, when it wrote none, `{exit_code, stdout_tail}`.
 * Throws a `TicketFailure`: COMMAND_FAILED, COMMAND_KILLED, COMMAND_NOT_FOUND, COMMAND_NOT_STARTED, OUTPUT_INVALID or
 * RESULT_TOO_LARGE (see agents/README.md for which are retryable).
 */
export async function runCommand(
  ticket: ExecutionTicket,
  context: RunContext,
  options: CommandOptions,
): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'hive-output-'));
  try {
    const outputFile = join(folder, 'output');
    const { variables, omitted } = programEnvironment(ticket, context, outputFile, options.env ?? process.env);
    for (const sentence of omitted) context.log(`not in the environment, ${sentence}`);

    let tail = '';
    const errors: string[] = [];
    const onStdout = createLineSplitter((line) => {
      context.log(line);
      tail += `${line}\n`;
      // Cut back in strides: cutting at each line would copy the tail each time.
      if (tail.length > 2 * TAIL_CHARACTERS) tail = tail.slice(-TAIL_CHARACTERS);
    });
    const onStderr = createLineSplitter((line) => {
      context.log(line);
      if (line.trim() !== '') errors.push(line);
      if (errors.length > ERROR_LINES) errors.shift();
    });
    const { command, cwd } = options;
    const { child, exit } = startProgram(command, {
      env: variables,
      signal: context.signal,
      ...(cwd === undefined ? {} : { cwd }),
    });
    child.stdout.on('data', (chunk: Buffer) => onStdout.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => onStderr.write(chunk));
    child.stdin.on('error', () => {}); // a program need not read its input
    child.stdin.end(`${JSON.stringify(ticket)}\n`);

    const ended = await exit;
    onStdout.end();
    onStderr.end();
    const failure = failureOfExit(ended, errors);
    if (failure !== undefined) throw failure;
    const output = await readOutput(outputFile);
    return Object.keys(output).length > 0
      ? output
      : { exit_code: '0', stdout_tail: tail.slice(-TAIL_CHARACTERS).toWellFormed() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
