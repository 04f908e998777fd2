import { defineCommand } from '../support/command.ts';
import { seconds } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const watch = defineCommand({
  usage: 'watch <plan-id>',
  summary: 'show the tickets of a plan while it runs',
  about:
    'Redraws on a terminal: a line a ticket, level by level of the DAG, folded into bars where there is no room. Elsewhere a line a change; with --json a JSON object a line. Ctrl-C leaves the plan running. Exits as the plan ends: 0 completed, 1 failed.',
  examples: [
    'hive watch release-train-1',
    'hive watch release-train-1 --once',
    'hive watch release-train-1 --json | jq .task_id',
  ],
  options: (command) =>
    targetOptions(command)
      .option('--once', 'show it as it is now, and exit with 0')
      .option('--timeout <seconds>', 'watch no longer than this', seconds),
  run: async () => (await import('./watch-plan.ts')).watchPlan,
});
