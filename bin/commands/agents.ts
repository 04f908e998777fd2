import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const agents = defineCommand({
  usage: 'agents',
  summary: 'list agents: health, slots, what they hold',
  about: 'An agent that has missed three heartbeats is SUSPECT; one that holds tickets then is pointed out.',
  examples: ['hive agents', 'hive agents --json | jq \'.[] | select(.health == "SUSPECT")\''],
  options: targetOptions,
  run: async () => (await import('./list-agents.ts')).listAgents,
});
