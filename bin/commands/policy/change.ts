import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const policyApprove = defineCommand({
  usage: 'approve <version>',
  summary: 'puts a version of the policies in force, within seconds; not by whom it was written',
  examples: ["hive policy approve 4 --why 'reviewed with grace'"],
  options: operatorOptions,
  run: async () => (await import('./change-policies.ts')).approvePolicies,
});

export const policyRollBack = defineCommand({
  usage: 'roll-back [version]',
  summary: 'puts a version in force again that was before; without one: the one before',
  examples: [
    "hive policy roll-back --why 'dispatches are denied'",
    "hive policy roll-back 0 --why 'back to the start'",
  ],
  options: operatorOptions,
  run: async () => (await import('./change-policies.ts')).rollBackPolicies,
});

export const policyShadow = defineCommand({
  usage: 'shadow <version>',
  summary: 'asks a version beside the one in force, and records where it says something else; off: no more',
  about: 'What it says changes nothing. hive audit show tells the decisions that it would have made otherwise.',
  examples: ["hive policy shadow 4 --why 'a week on trial'", "hive policy shadow off --why 'seen enough'"],
  options: operatorOptions,
  run: async () => (await import('./change-policies.ts')).shadowPolicies,
});
