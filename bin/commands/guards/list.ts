import { defineCommand } from '../../support/command.ts';
import { targetOptions } from '../../support/target.ts';

export const guardsList = defineCommand({
  usage: 'list',
  summary: 'breakers that are not closed, and how full the buckets of calls are',
  examples: ['hive guards', 'hive guards list --tenant acme', "hive guards list --json | jq '.breakers[].key'"],
  options: (command) =>
    targetOptions(command)
      .option('--user <principal>', "this caller's bucket too")
      .option('--tenant <tenant>', "this tenant's bucket too"),
  run: async () => (await import('./show-guards.ts')).listGuards,
});
