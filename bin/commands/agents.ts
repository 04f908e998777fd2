import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const agents = defineCommand({
  usage: 'agents',
  summary: 'list agents: health, slots, what they hold',
  about:
    'HEALTHY agents get tickets, DEGRADED ones where there is nobody else. One that has missed three heartbeats is UNHEALTHY until it is heard of again; one that holds tickets then is pointed out.',
  examples: ['hive agents', "hive agents --json | jq '.[] | select(.silent)'"],
  options: targetOptions,
  run: async () => (await import('./list-agents.ts')).listAgents,
});
