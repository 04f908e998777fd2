import { defineCommand } from '../../support/command.ts';

export const planCompile = defineCommand({
  usage: 'compile <file>',
  summary: 'compile a plan to its state machine',
  about:
    'Compiles any well-formed DAG; what would keep it from being admitted is a warning on stderr. --json prints {shape, definition, tasks, gates, stats}; over a limit of Step Functions it prints that too, with limit_error, and exits with 6. FILE is a plan or a WfFormat document; - is standard input.',
  examples: [
    'hive plan compile samples/release-train.json',
    'hive plan compile plan.json --json | jq .stats',
    'hive plan compile plan.json --json | jq .definition > machine.asl.json',
  ],
  run: async () => (await import('./compile-plan.ts')).compilePlanFile,
});
