/** A person comes to the swarm, and leaves it. */
import { Option } from 'commander';
import { defineCommand } from '../../support/command.ts';
import { inboxOptions } from '../../support/inbox-options.ts';
import { capability, listOf, slots } from '../../support/options.ts';

/** Repeated here so that help need not load the message schemas; a test keeps the two the same. */
export const CLEARANCES = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'];

export const inboxJoin = defineCommand({
  usage: 'join',
  summary: 'let a person take tickets, or change what they take',
  about:
    'They count as there until they leave: no sign of life is expected of people. Joining again changes what they can do, and keeps what they have.',
  examples: [
    'hive inbox join --agent anna --capability approve --capacity 3',
    'hive inbox join --agent ben --capability approve --capability review --clearance CONFIDENTIAL',
  ],
  options: (command) =>
    inboxOptions(command)
      .requiredOption('--capability <capability>', 'what they can do; may be given several times', listOf(capability))
      .option('--capacity <n>', 'tickets at the same time', slots, 1)
      .addOption(
        new Option('--clearance <level>', 'how secret a ticket may be').choices(CLEARANCES).default('INTERNAL'),
      ),
  run: async () => (await import('./run-membership.ts')).joinInbox,
});

export const inboxLeave = defineCommand({
  usage: 'leave',
  summary: 'the person gets no more tickets',
  about:
    'What they have stays theirs: they finish it or hand it back, then leave again to be gone. The ledger keeps all that they did.',
  examples: ['hive inbox leave --agent anna'],
  options: inboxOptions,
  run: async () => (await import('./run-membership.ts')).leaveInbox,
});
