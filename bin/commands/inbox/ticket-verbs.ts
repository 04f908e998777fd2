/** What a person does with a ticket of theirs. */
import { defineCommand } from '../../support/command.ts';
import { inboxOptions } from '../../support/inbox-options.ts';
import { member, reason } from '../../support/options.ts';

const WHICH = 'A ticket is named by its ticket id, or by its plan and its task.';
const KEY =
  'Claims go by a key in the hive home (inbox.key, for its owner alone), so go on where you claimed it: elsewhere it is refused as TICKET_ALREADY_CLAIMED.';

export const inboxClaim = defineCommand({
  usage: 'claim <plan-or-ticket-id> [task-id]',
  summary: 'take a ticket up: nobody else gets it until its time is over',
  about: `Claiming it again changes nothing. ${WHICH} ${KEY}`,
  examples: [
    'hive inbox claim release-7 approve --agent anna',
    'hive inbox claim 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10 --agent anna --json',
  ],
  options: inboxOptions,
  run: async () => (await import('./run-ticket-verb.ts')).claimTicket,
});

export const inboxDone = defineCommand({
  usage: 'done <plan-or-ticket-id> [task-id]',
  summary: 'the ticket is done: its plan goes on',
  about: `One that is not claimed yet is claimed with it. ${WHICH} ${KEY}`,
  examples: [
    'hive inbox done release-7 approve --agent anna',
    "hive inbox done release-7 approve --agent anna --output approved=yes --note 'checked against CHG-1042'",
  ],
  options: (command) =>
    inboxOptions(command)
      .option('--output <name=value>', 'for what depends on it; may be given several times', member)
      .option('--note <text>', 'kept with the result', reason),
  run: async () => (await import('./run-ticket-verb.ts')).doneTicket,
});

export const inboxFail = defineCommand({
  usage: 'fail <plan-or-ticket-id> [task-id]',
  summary: 'it cannot be done: it is tried again, or fails for good',
  about: `That uses up one of its retries: to let somebody else do it, hand it back. ${WHICH}`,
  examples: [
    "hive inbox fail release-7 approve --agent anna --why 'the tests are red'",
    "hive inbox fail release-7 approve --agent anna --why 'not approved' --for-good",
  ],
  options: (command) =>
    inboxOptions(command)
      .requiredOption('--why <text>', 'kept with the failure', reason)
      .option('--for-good', 'trying again is no use'),
  run: async () => (await import('./run-ticket-verb.ts')).failTicket,
});

export const inboxHandBack = defineCommand({
  usage: 'hand-back <plan-or-ticket-id> [task-id]',
  summary: 'give the ticket back undone: somebody else gets it',
  about: `No retry is used up. It comes back to the same person only where nobody else can do it. A ticket that is AT_MOST_ONCE cannot be handed back once it was claimed. ${WHICH}`,
  examples: [
    "hive inbox hand-back release-7 approve --agent anna --why 'I wrote it myself'",
    "hive inbox hand-back 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10 --agent anna --why 'on leave'",
  ],
  options: (command) => inboxOptions(command).requiredOption('--why <text>', 'kept with the ticket', reason),
  run: async () => (await import('./run-ticket-verb.ts')).handBackTicket,
});
