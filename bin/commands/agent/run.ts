import { defineCommand } from '../../support/command.ts';
import { agentId, capability, listOf, slots } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const agentRun = defineCommand({
  usage: 'run <program...>',
  summary: 'an agent that runs a program for each ticket',
  about:
    'The program gets the ticket as JSON on standard input and its parameters in HIVE_PARAM_…; what it prints is the ticket’s log, its exit status the outcome (agents/README.md). Ctrl-C finishes what runs, a second one aborts it.',
  examples: [
    'hive agent run --capability build -- ./build.sh --release',
    'hive agent run --capability test --capability lint --capacity 4 -- node step.mjs',
  ],
  options: (command) =>
    targetOptions(command)
      .requiredOption('--capability <capability>', 'what it can do; may be given several times', listOf(capability))
      .option('--capacity <n>', 'tickets at the same time', slots, 1)
      .option('--id <id>', 'keep this id, and its history; default: a new one each time', agentId),
  run: async () => (await import('./run-command-agent.ts')).runCommandAgentCommand,
});
