import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const agentHandOver = defineCommand({
  usage: 'hand-over <agent-id>',
  summary: 'give an agent’s id to another principal, or to whoever else registers it next',
  about:
    'For security. Who had it speaks for it no more, from the next call on, and without --to does not take it again until it has been somebody else’s; what it holds goes to others when its leases are over. Its trails and health stay with the id. Who and why are kept in the ledger.',
  examples: [
    "hive agent hand-over builder-7 --to arn:aws:iam::123456789012:role/Builders --why 'the role was renamed'",
    "hive agent hand-over builder-7 --why 'it was registered by mistake' --json",
  ],
  options: (command) =>
    operatorOptions(command).option(
      '--to <principal>',
      'whose it is from now on: an IAM role’s or user’s ARN, or credential:<agent-id> (default: whoever else registers it next)',
    ),
  run: async () => (await import('./run-hand-over.ts')).handOverAgent,
});
