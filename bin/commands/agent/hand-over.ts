import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const agentHandOver = defineCommand({
  usage: 'hand-over <agent-id>',
  summary: 'give an agent’s id to another principal, or to whoever registers it next',
  about:
    'For security. Who had it speaks for it no more, from the next call on; what it holds goes to others when its leases are over. Its trails and health stay with the id. Who and why are kept in the ledger.',
  examples: [
    "hive agent hand-over builder-7 --to arn:aws:iam::123456789012:role/Builders --why 'the role was renamed'",
    "hive agent hand-over builder-7 --why 'it was registered by mistake' --json",
  ],
  options: (command) =>
    operatorOptions(command).option('--to <principal>', 'whose it is from now on (default: whoever registers it next)'),
  run: async () => (await import('./run-hand-over.ts')).handOverAgent,
});
