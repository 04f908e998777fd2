import { defineCommand } from '../support/command.ts';
import { rows } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const plans = defineCommand({
  usage: 'plans',
  summary: 'list plans, the newest first',
  examples: ['hive plans', 'hive plans --limit 5 --json'],
  options: (command) => targetOptions(command).option('--limit <n>', 'at most so many', rows, 20),
  run: async () => (await import('./list-plans.ts')).listPlans,
});
