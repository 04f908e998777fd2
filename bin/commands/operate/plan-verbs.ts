/** What operators do to a plan. */
import type { Command } from 'commander';
import { type Definition, defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { seconds } from '../../support/options.ts';

const RECORDED = 'Asking again while that is so changes nothing. Who and why are kept in the ledger.';

/** @param example what follows the plan in the example: ` --why 'the cluster is upgraded'` */
const verb = (
  name: string,
  summary: string,
  about: string,
  example: string,
  options: (command: Command) => Command = (command) => command,
): Definition =>
  defineCommand({
    usage: `${name} <plan-id>`,
    summary,
    about: `${about} ${RECORDED}`,
    examples: [
      `hive ${name} release-train-1 --why '${example}'`,
      `hive ${name} release-train-1 --why '${example}' --as ada --json | jq .changed`,
    ],
    options: (command) => options(operatorOptions(command)),
    run: async () => (await import('./run-plan-verb.ts')).planVerb(name),
  });

export const pause = verb(
  'pause',
  'assign nothing more of a plan; what runs may finish',
  'Its deadline goes on: a plan that is paused for too long fails.',
  'the cluster is upgraded',
);
export const resume = verb('resume', 'let a paused plan go on', 'What was deferred is ready again.', 'upgrade done');
export const cancel = verb(
  'cancel',
  'end a plan: what runs is told to stop, what was done is undone',
  'Undone is what declares a compensation, where the plan says on_failure: compensate (hive plan compensation tells beforehand); else it ends as it stands.',
  'the release is off',
);
export const redrive = verb(
  'redrive',
  'run a plan that halted or failed again, from where it stood',
  'What is completed or skipped stays so; everything else is opened again, under a new execution. Its open incident is resolved. --wait follows it to its end. One that has completed by then cannot be redriven.',
  'the registry is back',
  (command) =>
    command
      .option('--wait', 'until the plan has ended or waits for a person again')
      .option('--timeout <seconds>', 'wait no longer than this', seconds),
);
export const approve = verb(
  'approve',
  'let a plan that waits for approval run',
  'The author of a plan cannot approve it.',
  'reviewed, CHG-1042',
);
export const reject = verb(
  'reject',
  'refuse a plan that waits for approval',
  'It never runs. The author of a plan cannot refuse it either: have it cancelled.',
  'not in the freeze',
);
