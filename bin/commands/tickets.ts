import { defineCommand } from '../support/command.ts';
import { STATUS_CHOICES, ticketStatus } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const tickets = defineCommand({
  usage: 'tickets <plan-id>',
  summary: 'list the tickets of a plan, and why each waits',
  examples: ['hive tickets release-train-1', 'hive tickets release-train-1 --status PENDING'],
  options: (command) =>
    targetOptions(command).option('--status <status>', `only these: ${STATUS_CHOICES.join(', ')}`, ticketStatus),
  run: async () => (await import('./list-tickets.ts')).listTickets,
});
