import { Option } from 'commander';
import { defineCommand } from '../../support/command.ts';
import { planId, scale } from '../../support/options.ts';

export const planImport = defineCommand({
  usage: 'import <format> <file>',
  summary: 'make a plan of a recorded workflow or a task graph',
  about:
    'FORMAT is wfformat (WfFormat 1.5) or stg (Standard Task Graph Set; a unit of time is a second, the two dummies are dropped). Times, scaled, become estimates; a replay agent spends them. The plan is issued now and has an id of its own each time. - is standard input.',
  examples: [
    'hive plan import wfformat workflow.json --scale 0.001 > plan.json',
    'hive plan import wfformat workflow.json --plan-id nightly-1 -o plan.json',
    'hive plan import stg rand0000.stg -o plan.json',
  ],
  options: (command) =>
    command
      .addOption(new Option('--scale <factor>', 'of the recorded times').argParser(scale).default(1))
      .option('--plan-id <id>', 'default: the name of the file and a UUID', planId)
      .option('-o, --output <file>', 'write the plan there; default: stdout'),
  run: async () => (await import('./import-plan.ts')).importPlanFile,
});
