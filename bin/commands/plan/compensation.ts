import { defineCommand } from '../../support/command.ts';

export const planCompensation = defineCommand({
  usage: 'compensation <file>',
  summary: 'tell what would be undone if a task failed for good',
  about:
    'In which order, too: what is in one wave is undone side by side, once what it waits for is undone. That is at most: every task that does not depend on TASK is taken as done by then. --json prints {if, on_failure, undone: [{task_id, after, compensation}], not_undone: [task_id]}. FILE is a plan or a WfFormat document; - is standard input.',
  examples: [
    'hive plan compensation samples/release-train.json --if smoke-test',
    'hive plan compensation plan.json --if deploy --json | jq .undone[].task_id',
  ],
  options: (command) => command.requiredOption('--if <task>', 'task_id of the task that fails for good'),
  run: async () => (await import('./compensation-of-plan.ts')).tellCompensation,
});
