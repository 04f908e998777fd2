/** Versions of the policies: what they say, who wrote and who approved them, and what is in force. */
import { z } from 'zod';
import { policySet } from '../policy/policy-set.ts';
import { verbRequest } from './monitoring-api.ts';
import { absent, epochMs } from './primitives.ts';

export const policyVersionView = z
  .object({
    version: z.int().nonnegative(),
    digest: z.string(),
    author: z.string(),
    why: z.string(),
    proposed_at: epochMs,
    approved_by: absent(z.string()),
    approved_at: absent(epochMs),
  })
  .meta({ id: 'PolicyVersion', title: 'PolicyVersion' });

export const policiesView = z
  .object({
    in_force: z.int().nonnegative().meta({ description: '0: those that come with the code' }),
    shadow: absent(z.int().nonnegative()).meta({ description: 'on trial; absent: none' }),
    proposed: z.int().nonnegative().meta({ description: 'how many were ever proposed' }),
    before: z.array(z.int()).meta({ description: 'in force before, the latest last' }),
    versions: z.array(policyVersionView),
  })
  .meta({ id: 'PoliciesView', title: 'PoliciesView' });
export type PoliciesView = z.output<typeof policiesView>;

export const policySetView = z
  .object({ version: z.int().nonnegative(), set: policySet })
  .meta({ id: 'PolicySetView', title: 'PolicySetView' });
export type PolicySetView = z.output<typeof policySetView>;

export const proposeRequest = z
  .object({ ...verbRequest.shape, set: policySet })
  .meta({ id: 'ProposePoliciesRequest', title: 'ProposePoliciesRequest' });

export const versionRequest = z
  .object({ ...verbRequest.shape, version: absent(z.int().nonnegative()) })
  .meta({ id: 'PolicyVersionRequest', title: 'PolicyVersionRequest' });
