import { defineCommand } from '../../support/command.ts';
import { agents, slots } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const agentReplay = defineCommand({
  usage: 'replay',
  summary: 'agents that spend the recorded time of imported tasks',
  about:
    'For plans of hive plan import: nothing is run, and each output says that it was replayed. A task without a recorded time fails. Ctrl-C finishes what runs, a second one aborts it.',
  examples: ['hive agent replay --capacity 8', 'hive agent replay --count 2 --capacity 4'],
  options: (command) =>
    targetOptions(command)
      .option('--capacity <n>', 'tickets that one agent replays at the same time', slots, 1)
      .option('--count <n>', 'agents', agents, 1),
  run: async () => (await import('./run-replay-agents.ts')).runReplayAgents,
});
