/** What is asked of the hive about tokens and the keys that sign them. */

import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const tokenIntrospect = defineCommand({
  usage: 'introspect <token>',
  summary: 'whether a token would be taken now, for a call of its attempt (RFC 7662)',
  about: 'Unlike verify it asks the hive: a token counts only while its attempt runs. - reads it from standard input.',
  examples: ['hive token introspect "$TOKEN"', 'echo "$TOKEN" | hive token introspect - --json | jq .active'],
  options: apiOptions,
  run: async () => (await import('./run-operate.ts')).introspect,
});

export const tokenRevoke = defineCommand({
  usage: 'revoke <plan-or-ticket-id> [task-id]',
  summary: 'take a ticket from its agent, whose token counts no more; another agent gets it',
  about: 'At once, and for good: no retry is used up. What may not be begun twice, and may have been, has failed.',
  examples: ["hive token revoke release-train-1 deploy --why 'the agent was broken into'"],
  options: operatorOptions,
  run: async () => (await import('../operate/run-ticket-verb.ts')).revokeTicketToken,
});

export const tokenKeys = defineCommand({
  usage: 'keys',
  summary: 'the keys that sign tokens: which signs, which is next, which are over',
  examples: ['hive token keys', 'hive token keys --json | jq .keys'],
  options: apiOptions,
  run: async () => (await import('./run-operate.ts')).keys,
});

export const tokenRotate = defineCommand({
  usage: 'rotate',
  summary: 'have the key on standby sign from now on; tokens signed before go on to count',
  about: 'Not needed: keys rotate daily by themselves. A key that others may have is revoked instead.',
  examples: ["hive token rotate --why 'before the audit'"],
  options: operatorOptions,
  run: async () => (await import('./run-operate.ts')).rotate,
});

export const tokenRevokeKey = defineCommand({
  usage: 'revoke-key <key-id>',
  summary: 'put a key out of use at once, and with it all tokens that it has signed',
  about:
    'Agents get other tokens by claiming again, which they do by themselves. Functions that have the ring in memory go by it for up to a minute.',
  examples: ["hive token revoke-key 'Zk1…' --why 'it may have leaked'"],
  options: operatorOptions,
  run: async () => (await import('./run-operate.ts')).revokeKey,
});
