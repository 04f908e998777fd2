/** The command agent: runs one program per ticket. */
import { type RunningAgent, startAgent } from '../running-agent.ts';
import type { AgentOptions } from '../sdk/agent.ts';
import { type CommandOptions, runCommand } from './run-command.ts';

/**
 * Registers and runs `command` for each ticket of `capabilities`, at most `capacity` at a time, until `stop()`.
 * `onLine(ticket, line)` gets each line the programs write, as it comes. `api` and `inbox` come from `connect()`.
 */
export function runCommandAgent(options: Omit<AgentOptions, 'run'> & CommandOptions): RunningAgent {
  const { command, cwd, env, ...agent } = options;
  if (command.length === 0) throw new RangeError('the command agent needs a program to run');
  const program: CommandOptions = {
    command,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  };
  return startAgent({ ...agent, run: (ticket, context) => runCommand(ticket, context, program) });
}
