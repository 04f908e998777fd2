import { defineCommand } from '../../support/command.ts';

export const policyTest = defineCommand({
  usage: 'test [folder]',
  summary: 'asks the policies of a folder each case of its table, and tells those that come out otherwise',
  about:
    'The folder has *.cedar, tenants.json and cases.json: who does what to what, whether it is to be allowed, and by which policies. Without a folder: the policies that come with this hive. Policies that do not fit the schema fail before any case is asked.',
  examples: ['hive policy test', 'hive policy test ./policies --json | jq .failed'],
  run: async () => (await import('./test-policies.ts')).testPolicies,
});
