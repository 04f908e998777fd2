/** The policies in force, for functions that ask them: Cedar is loaded when the function's process begins. */
import { createCedarEngine } from '../../adapters/cedar/engine.ts';
import { faultsOfPolicySet } from '../../adapters/cedar/policy-set.ts';
import { loadCedar } from '../../adapters/cedar/wasm.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createAssetsOfTicket } from '../../core/catalogue/assets-of-ticket.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import { createChangePolicies } from '../../core/policy/in-force/change-policies.ts';
import { createPoliciesInForce } from '../../core/policy/in-force/policies-in-force.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { PoliciesInForce } from '../../core/ports/policies.ts';

loadCedar();

export const policiesInForce = ({ ledger, clock }: { ledger: Ledger; clock: Clock }): PoliciesInForce =>
  createPoliciesInForce({
    ...{ ledger, clock, defaults: DEFAULT_POLICY_SET },
    engineOf: (set) => createCedarEngine(set, POLICY_SCHEMA, sha256),
  });

export const changePolicies = ({ ledger, clock }: { ledger: Ledger; clock: Clock }) =>
  createChangePolicies({
    ...{ ledger, clock, sha256, defaults: DEFAULT_POLICY_SET, schema: POLICY_SCHEMA },
    faultsOf: (set) => faultsOfPolicySet(set, POLICY_SCHEMA),
  });

/** What plans and tickets are judged by: the policies, and what the catalogue says of what they touch. */
export const judgingStores = (stores: { ledger: Ledger; clock: Clock }) => ({
  policies: policiesInForce(stores),
  assetsOf: createAssetsOfTicket(stores),
});
