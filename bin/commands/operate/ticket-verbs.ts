/** What operators do to a ticket. */
import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { member } from '../../support/options.ts';

const WHICH = 'A ticket is named by its ticket id, or by its plan and its task.';

export const retry = defineCommand({
  usage: 'retry <plan-or-ticket-id> [task-id]',
  summary: 'give a ticket another attempt, now',
  about: `One that backs off is ready at once; one that an agent has is taken from it; a compensation that waits for a person is tried again, and its incident resolved. For a ticket that has failed for good, redrive its plan. ${WHICH}`,
  examples: [
    "hive retry release-train-1 deploy --why 'the agent hangs'",
    "hive retry release-train-1 undo:deploy --why 'the registry is back'",
    "hive retry 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10 --why 'no need to wait' --json",
  ],
  options: operatorOptions,
  run: async () => (await import('./run-ticket-verb.ts')).retryTicket,
});

export const skip = defineCommand({
  usage: 'skip <plan-or-ticket-id> [task-id]',
  summary: 'take a ticket as done, with an output: what depends on it goes on',
  about: `Not before it is ready: what it depends on would be passed over. An agent that has it is told to stop. A failed ticket of a plan that has halted can be skipped before the plan is redriven; a compensation that was done by hand is skipped too. ${WHICH}`,
  examples: [
    "hive skip release-train-1 smoke-test --why 'tested by hand'",
    "hive skip release-train-1 build --why 'built elsewhere' --output image=registry/app:7 --output digest=sha256:ab12",
  ],
  options: (command) =>
    operatorOptions(command).option('--output <name=value>', 'of the ticket; may be given several times', member),
  run: async () => (await import('./run-ticket-verb.ts')).skipTicket,
});
