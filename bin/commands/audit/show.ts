import { defineCommand } from '../../support/command.ts';
import { targetOptions } from '../../support/target.ts';

export const auditShow = defineCommand({
  usage: 'show <plan-id>',
  summary:
    'everything that was decided and done about a plan: when, by whom, why, by which policies, and under which head',
  about:
    'Line by line in order of time, with whom it was done by and the policies that allowed it. The last column is the head of the log that proves it: “pending” until the next one is sealed, a minute later.',
  examples: ['hive audit show release-train-1', 'hive audit show release-train-1 --json | jq .events[0]'],
  options: targetOptions,
  run: async () => (await import('./show-plan.ts')).showPlan,
});
