import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';

export const policyList = defineCommand({
  usage: 'list',
  summary: 'versions of the policies: who wrote and approved them, and which is in force',
  examples: ['hive policy list', 'hive policy list --json | jq .in_force'],
  options: apiOptions,
  run: async () => (await import('./show-policies.ts')).listPolicies,
});

export const policyShow = defineCommand({
  usage: 'show [version]',
  summary: 'what a version of the policies says; without one: the version in force',
  examples: ['hive policy show', 'hive policy show 3 --json | jq .set.tenants'],
  options: apiOptions,
  run: async () => (await import('./show-policies.ts')).showPolicies,
});
