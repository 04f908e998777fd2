/** Policies in memory, for simulations: everything is allowed, or what a function says. */
import type { AccessRequest } from '../../core/policy/access.ts';
import type { Decision } from '../../core/policy/decision.ts';
import type { PoliciesInForce, PolicyEngine } from '../../core/ports/policies.ts';

const POLICY_SET = '0'.repeat(64);
const ALLOWED: Decision = {
  ...{ allowed: true, policies: ['everything'], reasons: [], errors: [], final: false },
  ...{ inputs: '0'.repeat(64), policy_set: POLICY_SET },
};

/** @param decide what it decides otherwise; nothing of it: allowed */
export function createMemoryPolicies(
  decide: (request: AccessRequest) => Partial<Decision> | undefined = () => undefined,
): PoliciesInForce {
  const engine: PolicyEngine = {
    policySet: POLICY_SET,
    decide(request) {
      const said = decide(request);
      return said === undefined ? ALLOWED : { ...ALLOWED, ...said };
    },
  };
  return { current: async () => ({ engine }) };
}
