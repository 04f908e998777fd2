import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const explain = defineCommand({
  usage: 'explain <plan-or-ticket-id> [task-id]',
  summary: 'tell a ticket’s whole story: its waits, attempts, cost, and what comes next',
  about:
    'A ticket is named by its ticket id, or by its plan and its task; the ticket that undoes a task by undo: and the task.',
  examples: [
    'hive explain release-train-1 deploy',
    'hive explain release-train-1 undo:deploy',
    'hive explain 0f5ab6e2-33c1-8d04-9a55-0c9f1c1b9a10 --json | jq .next',
  ],
  options: targetOptions,
  run: async () => (await import('./explain-ticket.ts')).explainTicket,
});
