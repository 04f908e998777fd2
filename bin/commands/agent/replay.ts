import { defineCommand } from '../../support/command.ts';
import { agentId, agents, scale, share, slots } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const agentReplay = defineCommand({
  usage: 'replay',
  summary: 'agents that spend the recorded time of imported tasks',
  about:
    'For plans of hive plan import: nothing is run, and each output says that it was replayed. A task without a recorded time fails. Ctrl-C finishes what runs, a second one aborts it.',
  examples: [
    'hive agent replay --capacity 8',
    'hive agent replay --count 2 --capacity 4',
    'hive agent replay --agent-id slow --speed 0.25 --failure-rate 0.1',
  ],
  options: (command) =>
    targetOptions(command)
      .option('--capacity <n>', 'tickets that one agent replays at the same time', slots, 1)
      .option('--count <n>', 'agents', agents, 1)
      .option('--speed <factor>', 'as fast as what was recorded: 1; half as fast: 0.5', scale, 1)
      .option('--failure-rate <share>', 'of their attempts that fail, 0 to 1', share, 0)
      .option('--agent-id <id>', 'how the agent is named; several are numbered', agentId),
  run: async () => (await import('./run-replay-agents.ts')).runReplayAgents,
});
