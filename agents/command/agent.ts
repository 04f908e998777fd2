/** The command agent: runs one program per ticket. */
import { type RunningAgent, startAgent } from '../running-agent.ts';
import type { AgentOptions } from '../sdk/agent.ts';
import type { Run } from '../sdk/run-context.ts';
import { type CommandOptions, runCommand } from './run-command.ts';

/**
 * Registers and runs `command` for each ticket of `capabilities`, at most `capacity` at a time, until `stop()`.
 * A ticket that undoes another one runs the same program, with the parameters of the task's compensation and
 * `HIVE_TASK_TYPE=COMPENSATE`. `onLine(ticket, line)` gets each line the programs write, as it comes. `api` and `inbox` come from `connect()`.
 */
export function runCommandAgent(options: Omit<AgentOptions, 'run' | 'undo'> & CommandOptions): RunningAgent {
  const { command, cwd, env, ...agent } = options;
  if (command.length === 0) throw new RangeError('the command agent needs a program to run');
  const program: CommandOptions = {
    command,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  };
  const run: Run = (ticket, context) => runCommand(ticket, context, program);
  return startAgent({ ...agent, run, undo: run });
}
