import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const ticket = defineCommand({
  usage: 'ticket <ticket-id>',
  summary: 'one ticket: where it stands and all that happened to it',
  examples: [
    'hive ticket 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10',
    'hive ticket 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10 --json | jq .events',
  ],
  options: targetOptions,
  run: async () => (await import('./show-ticket.ts')).showTicket,
});
