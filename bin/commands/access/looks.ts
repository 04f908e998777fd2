import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';
import { rows } from '../../support/options.ts';

export const accessWhoAmI = defineCommand({
  usage: 'whoami',
  summary: 'who you are to the system: your principal, roles and tenants',
  examples: ['hive access whoami', 'hive access whoami --json | jq -r .roles[]'],
  options: apiOptions,
  run: async () => (await import('./show-access.ts')).showCaller,
});

export const accessList = defineCommand({
  usage: 'list',
  summary: 'who has which roles, for which tenants, by whom and why; and whose glass is broken',
  examples: ['hive access list', 'hive access list --json | jq ".[] | select(.break_glass)"'],
  options: (command) => apiOptions(command).option('--limit <n>', 'so many principals at most', rows, 50),
  run: async () => (await import('./show-access.ts')).showGrants,
});

export const accessRefusals = defineCommand({
  usage: 'refusals',
  summary: 'calls that were refused, newest first: who, what, why, by which policies',
  examples: ['hive access refusals', 'hive access refusals --limit 10 --json'],
  options: (command) => apiOptions(command).option('--limit <n>', 'so many of the newest', rows, 50),
  run: async () => (await import('./show-access.ts')).showRefusals,
});

export const accessSignals = defineCommand({
  usage: 'signals',
  summary: 'what looks like an attack, newest first',
  examples: ['hive access signals', 'hive access signals --json | jq -r .[].kind'],
  options: (command) => apiOptions(command).option('--limit <n>', 'so many of the newest', rows, 50),
  run: async () => (await import('./show-access.ts')).showSignals,
});
