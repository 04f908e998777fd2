import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const status = defineCommand({
  usage: 'status',
  summary: 'the local AWS, the stack, its agents, plans under way',
  about: 'Exits with 7 when there is no stack to talk to.',
  examples: ['hive status', 'hive status --json | jq .outputs.ApiUrl'],
  options: targetOptions,
  run: async () => (await import('./show-status.ts')).showStatus,
});
