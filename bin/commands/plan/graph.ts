import { Option } from 'commander';
import { defineCommand } from '../../support/command.ts';

export const planGraph = defineCommand({
  usage: 'graph <file>',
  summary: 'draw a plan as mermaid or DOT',
  about:
    'Dependencies that the machine leaves to a gate are dashed. FILE is a plan or a WfFormat document; - is standard input.',
  examples: [
    'hive plan graph samples/release-train.json',
    'hive plan graph plan.json --format dot | dot -Tsvg > plan.svg',
  ],
  options: (command) =>
    command
      .addOption(new Option('--format <format>', 'of the picture').choices(['mermaid', 'dot']).default('mermaid'))
      .option('--reduced', 'leave out dependencies that others imply'),
  run: async () => (await import('./graph-plan.ts')).graphPlanFile,
});
