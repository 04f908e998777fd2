import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const policyPropose = defineCommand({
  usage: 'propose <folder>',
  summary: 'proposes the policies of a folder as another version, which somebody else approves',
  about: 'They are tested first by their own table of cases, if the folder has one, and must fit the schema.',
  examples: ["hive policy propose ./policies --why 'tenant acme stays in eu-west-1'"],
  options: operatorOptions,
  run: async () => (await import('./change-policies.ts')).proposePolicies,
});
