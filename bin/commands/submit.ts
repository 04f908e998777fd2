import { defineCommand } from '../support/command.ts';
import { seconds } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const submit = defineCommand({
  usage: 'submit <file>',
  summary: 'put an approved plan on the bus',
  about:
    'The plan is checked here first, every fault at once; then it is told whether the orchestrator took it. A plan that has ended is not sent again. --wait follows it to its end: live on a terminal, a line a change (time, task, status, agent) elsewhere, one JSON object at the end with --json. Ctrl-C leaves the plan running. - is standard input.',
  examples: [
    'hive submit samples/release-train.json --new-id --wait',
    'hive plan import wfformat run.json --scale 0.001 | hive submit - --wait --timeout 600',
  ],
  options: (command) =>
    targetOptions(command)
      .option('--wait', 'until the plan has ended or waits for approval')
      .option('--timeout <seconds>', 'wait no longer than this', seconds)
      .option('--new-id', 'give the plan a new id and date of issue, to run it again'),
  run: async () => (await import('./submit-plan.ts')).submitPlan,
});
