import { defineCommand } from '../../support/command.ts';
import { inboxOptions } from '../../support/inbox-options.ts';

export const inboxList = defineCommand({
  usage: 'list',
  summary: 'what a person has to do, and how much time is left (also: hive inbox)',
  about:
    'What is due first stands first. A ticket to claim is taken back when its time is over, and goes to somebody else; that costs no retry. --watch redraws it on a terminal and prints it again elsewhere when something has changed, until Ctrl-C.',
  examples: [
    'hive inbox --agent anna',
    'hive inbox --agent anna --watch',
    "hive inbox --agent anna --json | jq '.items[0].ticket'",
  ],
  options: (command) => inboxOptions(command).option('--watch', 'go on showing it'),
  run: async () => (await import('./show-inbox.ts')).showInbox,
});
