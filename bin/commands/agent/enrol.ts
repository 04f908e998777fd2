import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { capability, listOf, rows, span } from '../../support/options.ts';

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

export const agentEnrolments = defineCommand({
  usage: 'enrolments',
  summary: 'who was enrolled, newest first: open, used, withdrawn or expired, by whom and why',
  about: 'Those of your tenants. Secrets are kept nowhere, and not shown again.',
  examples: ['hive agent enrolments', 'hive agent enrolments --json | jq \'.[] | select(.phase == "open")\''],
  options: (command) => apiOptions(command).option('--limit <n>', 'so many of the newest', rows, 50),
  run: async () => (await import('./run-enrol.ts')).listEnrolments,
});

export const agentWithdraw = defineCommand({
  usage: 'withdraw <enrolment-id>',
  summary: 'have an enrolment that was not exchanged yet let nobody in any more',
  about:
    'Counts at once, and for good; asking again changes nothing. One that was exchanged is a credential by now: hive agent revoke puts that out of use.',
  examples: ["hive agent withdraw 0199c1f2-7a10-7000-8000-000000000001 --why 'sent to the wrong chat'"],
  options: operatorOptions,
  run: async () => (await import('./run-enrol.ts')).withdrawEnrolment,
});

export const agentRevoke = defineCommand({
  usage: 'revoke <agent-id>',
  summary: "put an enrolled agent's credential out of use, from its next call on; what it holds goes to others",
  about:
    'The agent is drained, and the tokens of what it runs are revoked. Asking again changes nothing, and goes on where a call broke off. Enrolled anew it gets tickets when it is undrained.',
  examples: ["hive agent revoke builder-7 --why 'its disk was stolen'"],
  options: operatorOptions,
  run: async () => (await import('./run-enrol.ts')).revokeAgent,
});
