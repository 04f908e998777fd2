import { defineCommand } from '../../support/command.ts';
import { rows } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const policyWhatIf = defineCommand({
  usage: 'what-if <folder>',
  summary: 'puts the recorded decisions to the policies of a folder, and lists those that would come out otherwise',
  about:
    'The latest plans are read with their tickets; each decision that let a plan, a dispatch or a claim through is asked again, with the question as it was. Nothing is changed. Exit status 3 where one would flip.',
  examples: ['hive policy what-if ./policies', 'hive policy what-if ./policies --plans 500 --json | jq .flipped'],
  options: (command) =>
    targetOptions(command).option('--plans <n>', 'how many of the latest plans (default: 100)', rows),
  run: async () => (await import('./ask-again.ts')).askAgain,
});
