import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { span } from '../../support/options.ts';

export const accessGrant = defineCommand({
  usage: 'grant <principal> <role>',
  summary: 'give somebody else a role',
  about:
    'Roles: producer, operator, sre, security, auditor, platform. A role counts for every tenant that the principal has; --tenants adds to those, * is all. Nobody grants themselves, and security, platform and auditor exclude each other.',
  examples: [
    "hive access grant arn:aws:iam::123456789012:role/OnCall operator --tenants acme --why 'on call from today'",
    "hive access grant 'oidc:https://idp.example#ada' auditor --tenants '*' --why 'audit 2026'",
  ],
  options: (command) =>
    operatorOptions(command).option('--tenants <names>', 'tenants to add, with commas between', (text: string) =>
      text.split(',').map((name) => name.trim()),
    ),
  run: async () => (await import('./change-access.ts')).grantRole,
});

export const accessRevoke = defineCommand({
  usage: 'revoke <principal> <role>',
  summary: 'take a role from somebody, from their next call on',
  examples: ["hive access revoke arn:aws:iam::123456789012:role/OnCall operator --why 'shift is over'"],
  options: operatorOptions,
  run: async () => (await import('./change-access.ts')).revokeRole,
});

export const accessBreakGlass = defineCommand({
  usage: 'break-glass',
  summary: 'take an operator’s and an sre’s rights over all tenants for a while, when it burns',
  about:
    'For whoever has a role that may: operator, sre, security, platform. It ends by itself, after an hour at most; an alarm goes off, and all that is done meanwhile is in the log under your name.',
  examples: ["hive access break-glass --why 'plans of acme hang, nobody of acme is there' --for 15m"],
  options: (command) =>
    operatorOptions(command).option('--for <span>', 'for how long: 15m (default), 1h at most', span),
  run: async () => (await import('./change-access.ts')).breakGlass,
});
