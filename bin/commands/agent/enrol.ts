import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { capability, listOf, span } from '../../support/options.ts';

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

export const agentEnrol = defineCommand({
  usage: 'enrol <agent-id>',
  summary: 'let an agent in that has no AWS credentials: it exchanges what is shown here, once, for its own',
  about:
    'What the agent may be is said here, whatever it says of itself: it registers with capabilities that are named, and gets the clearance and the tenants. The secret is shown this once. Whoever is enrolled anew has what they had before no more.',
  examples: [
    "hive agent enrol builder-7 --capability build --capability test --why 'new rack'",
    "hive agent enrol auditor-1 --capability review --clearance CONFIDENTIAL --tenants acme --for 10m --why 'audit' --json",
  ],
  options: (command) =>
    operatorOptions(command)
      .requiredOption('--capability <name>', 'that it may say it has; may be given again', listOf(capability))
      .option('--clearance <level>', 'PUBLIC, INTERNAL, CONFIDENTIAL or RESTRICTED', 'INTERNAL')
      .option('--tenants <names>', 'whose tickets it may have, with commas between (default: everybody’s)', names)
      .option('--for <time>', 'how long it may be exchanged: 10m, 1h … 7d (default: 1h)', span),
  run: async () => (await import('./run-enrol.ts')).enrolAgent,
});

export const agentRevoke = defineCommand({
  usage: 'revoke <agent-id>',
  summary: "put an enrolled agent's credential out of use, from its next call on",
  about: 'Asking again changes nothing. What the agent holds is taken from it when it has been silent.',
  examples: ["hive agent revoke builder-7 --why 'its disk was stolen'"],
  options: operatorOptions,
  run: async () => (await import('./run-enrol.ts')).revokeAgent,
});
