/** The policies that come with the code, decided by Cedar: made once a test file. */
import { createCedarEngine } from '../../adapters/cedar/engine.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import type { PoliciesInForce, PolicyEngine } from '../../core/ports/policies.ts';

const engines = new Map<PolicySet, PolicyEngine>();

export function engineOf(set: PolicySet): PolicyEngine {
  const known = engines.get(set);
  if (known !== undefined) return known;
  const engine = createCedarEngine(set, POLICY_SCHEMA, sha256);
  engines.set(set, engine);
  return engine;
}

export const defaultEngine = (): PolicyEngine => engineOf(DEFAULT_POLICY_SET);

/** In force for good. @param set default: what comes with the code */
export function defaultPolicies(set: PolicySet = DEFAULT_POLICY_SET): PoliciesInForce {
  return { current: async () => ({ engine: engineOf(set) }) };
}
