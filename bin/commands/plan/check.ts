import { defineCommand } from '../../support/command.ts';

export const planCheck = defineCommand({
  usage: 'check <file>',
  summary: 'tell every fault of a plan',
  about:
    'Each fault has a code, a JSON Pointer to its place, and what to do. Faults that `hive submit --new-id` mends (a deadline that has passed since the plan was issued) are warnings. FILE is a plan or a WfFormat document; - is standard input.',
  examples: ['hive plan check samples/release-train.json', 'hive plan check - --json < plan.json'],
  run: async () => (await import('./check-plan.ts')).checkPlanFile,
});
