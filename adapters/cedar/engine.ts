/** Decides by Cedar in process: policies and schema are parsed once, each question is checked against the schema. */
import type { Response } from '@cedar-policy/cedar-wasm/web';
import { HiveError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/ledger/canonical.ts';
import type { AccessRequest, Entity } from '../../core/policy/access.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { type PolicySet, policySetDigest } from '../../core/policy/policy-set.ts';
import { tenantEntity, withTenants } from '../../core/policy/tenants.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import type { PolicyEngine } from '../../core/ports/policies.ts';
import { loadCedar } from './wasm.ts';

/** What a policy says of itself. */
interface Told {
  readonly reason: string;
  readonly final: boolean;
}

/**
 * @throws HiveError POLICIES_INVALID (422) when the policies do not parse; whether they fit the schema is for
 *   `validatePolicySet` to say
 */
export function createCedarEngine(set: PolicySet, schema: string, sha256: Sha256): PolicyEngine {
  const cedar = loadCedar();
  const policySet = policySetDigest(set, schema, sha256);
  const schemaName = sha256(schema);
  const parsed = [
    cedar.preparseSchema(schemaName, schema),
    cedar.preparsePolicySet(policySet, { staticPolicies: set.policies }),
  ];
  for (const answer of parsed) {
    if (answer.type === 'success') continue;
    const told = answer.errors.map(({ message }) => message).join('; ');
    throw new HiveError('POLICIES_INVALID', `The policies do not parse: ${told}`, { status: 422 });
  }
  const told = new Map(Object.entries(set.policies).map(([id, text]) => [id, toldOf(id, text)]));
  const tenants = new Map<string, Entity>();
  const tenantOf = (id: string): Entity => {
    const known = tenants.get(id);
    if (known !== undefined) return known;
    const made = tenantEntity(id, set.tenants);
    // Names come from outside: what is kept of them ends somewhere.
    if (tenants.size < 10_000) tenants.set(id, made);
    return made;
  };

  function ask({ principal, action, resource, context, entities }: AccessRequest): Response | readonly string[] {
    const answer = cedar.statefulIsAuthorized({
      ...{ principal, resource, preparsedPolicySetId: policySet, preparsedSchemaName: schemaName },
      action: { type: 'Action', id: action },
      context: context as Record<string, never>,
      entities: withTenants(entities, tenantOf) as never,
      validateRequest: true,
    });
    return answer.type === 'success' ? answer.response : answer.errors.map(({ message }) => message);
  }

  return {
    policySet,
    decide(request) {
      let inputs = '';
      let response: Response | readonly string[];
      try {
        inputs = sha256(canonicalJson(questionOf(request)));
        response = ask(request);
      } catch (error) {
        response = [error instanceof Error ? error.message : String(error)];
      }
      return decisionOf(response, told, { inputs, policy_set: policySet });
    },
  };
}

function decisionOf(
  response: Response | readonly string[],
  told: ReadonlyMap<string, Told>,
  facts: Pick<Decision, 'inputs' | 'policy_set'>,
): Decision {
  if (!('diagnostics' in response))
    return { ...facts, allowed: false, policies: [], reasons: [], errors: [...response], final: false };
  const { decision, diagnostics } = response;
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  const policies = [...diagnostics.reason].sort();
  // A policy that could not be evaluated might have forbidden it.
  const allowed = decision === 'allow' && errors.length === 0;
  return {
    ...{ ...facts, allowed, policies, errors },
    reasons: policies.map((id) => told.get(id)?.reason ?? id),
    final: !allowed && policies.some((id) => told.get(id)?.final),
  };
}

/** What of a request is asked: nothing that happens to be on the object besides. */
const questionOf = ({ principal, action, resource, context, entities }: AccessRequest) => ({
  ...{ principal, action, resource, context, entities },
});

/** @throws HiveError POLICIES_INVALID (422) */
function toldOf(id: string, text: string): Told {
  const answer = loadCedar().policyToJson(text);
  if (answer.type === 'failure')
    throw new HiveError('POLICIES_INVALID', `Policy ${id} does not parse.`, { status: 422 });
  const { reason = id, scope } = answer.json.annotations ?? {};
  return { reason, final: answer.json.effect === 'forbid' && scope === 'resource' };
}
