import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { rows } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const incidents = defineCommand({
  usage: 'incidents',
  summary: 'list open incidents: what waits for a person, the newest first',
  examples: ['hive incidents', 'hive incidents --all --limit 5', 'hive incidents --json | jq -r .[].workflow_id'],
  options: (command) =>
    targetOptions(command)
      .option('--all', 'resolved ones too')
      .option('--limit <n>', 'look at so many of the newest', rows, 100),
  run: async () => (await import('./show-incidents.ts')).listIncidents,
});

export const incident = defineCommand({
  usage: 'incident <incident-id>',
  summary: 'one incident: what happened, what it affects, what to do',
  examples: [
    'hive incident 5f0c1e9a-7a52-8f0d-9a55-0c9f1c1b9a10',
    'hive incident 5f0c1e9a-7a52-8f0d-9a55-0c9f1c1b9a10 --json | jq .affected_tickets',
  ],
  options: targetOptions,
  run: async () => (await import('./show-incidents.ts')).showIncident,
});

export const resolve = defineCommand({
  usage: 'resolve <incident-id>',
  summary: 'note that an incident is over',
  about:
    'That is a note, no more: redriving a halted plan, or retrying or skipping a compensation that waits, resolves its incident by itself. Asking again changes nothing. Who and why are kept in the ledger.',
  examples: ["hive resolve 5f0c1e9a-7a52-8f0d-9a55-0c9f1c1b9a10 --why 'mended by hand'"],
  options: operatorOptions,
  run: async () => (await import('./show-incidents.ts')).resolveIncident,
});
