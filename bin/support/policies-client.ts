/** The policies' versions of the deployed system, over its API: it knows who calls, which is what authors are told apart by. */
import { type VerbAnswer, verbAnswer } from '../../core/messages/monitoring-api.ts';
import { type PoliciesView, policiesView, policySetView } from '../../core/messages/policies-api.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { type CallTarget, createCallApi } from './call-api.ts';

interface Said {
  readonly why: string;
  readonly on_behalf_of?: string;
}

export interface PoliciesClient {
  list(): Promise<PoliciesView>;
  show(version: number): Promise<PolicySet>;
  propose(set: PolicySet, said: Said): Promise<VerbAnswer>;
  approve(version: number, said: Said): Promise<VerbAnswer>;
  rollBack(version: number | undefined, said: Said): Promise<VerbAnswer>;
  shadow(version: number | undefined, said: Said): Promise<VerbAnswer>;
}

/** Every method throws as `createCallApi` says. @throws HiveError STACK_NOT_FOUND when the stack has no such API */
export function connectPolicies(target: CallTarget): PoliciesClient {
  const call = createCallApi(target, 'hive policy list shows whether it was done');
  const of = (version: number | undefined) => (version === undefined ? {} : { version });
  return {
    list: () => call('GET', '/v1/policies', policiesView),
    show: async (version) => (await call('GET', `/v1/policies/${version}`, policySetView)).set,
    propose: (set, said) => call('POST', '/v1/policies', verbAnswer, { ...said, set }),
    approve: (version, said) => call('POST', `/v1/policies/${version}/approve`, verbAnswer, said),
    rollBack: (version, said) => call('PUT', '/v1/policies/in-force', verbAnswer, { ...said, ...of(version) }),
    shadow: (version, said) => call('PUT', '/v1/policies/shadow', verbAnswer, { ...said, ...of(version) }),
  };
}
