/**
 * Decides by Cedar in process: policies and schema are parsed once, each question is checked against the schema. What is
 * plain is answered by the policies as compiled, and now and then by Cedar too: a process in which they once differ has no
 * more use for the former.
 */
import type { PolicyJson, Response, SchemaJson } from '@cedar-policy/cedar-wasm/web';
import { HiveError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/ledger/canonical.ts';
import type { AccessRequest, Entity } from '../../core/policy/access.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { type PolicySet, policySetDigest } from '../../core/policy/policy-set.ts';
import { tenantEntity, withTenants } from '../../core/policy/tenants.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import type { PolicyEngine } from '../../core/ports/policies.ts';
import { type Compiled, compilePolicies } from './compiled/policies.ts';
import { createSlicer, type Kind } from './slices.ts';
import { loadCedar } from './wasm.ts';

/** Tenants that are remembered: their names come from outside. */
const MAX_TENANTS = 10_000;
/** Kinds of questions that are prepared: no schema of ours has so many, but what is asked comes from outside. */
const MAX_KINDS = 1000;
/** Of so many questions of a kind that are answered by policies as compiled, the first is answered by Cedar too. */
const COMPARED_EVERY = 256;

/** Names under which Cedar has parsed what answers a kind of question. */
interface Prepared {
  readonly preparsedPolicySetId: string;
  readonly preparsedSchemaName: string;
}
interface Known {
  readonly prepared: Prepared;
  /** absent: only Cedar evaluates them */
  readonly compiled: Compiled | undefined;
  asked: number;
}

export interface EngineOptions {
  /** false: Cedar answers everything. Default: true */
  readonly compiled?: boolean;
}

/**
 * @throws HiveError POLICIES_INVALID (422) when the policies do not parse; whether they fit the schema is for
 *   `faultsOfPolicySet` to say
 */
export function createCedarEngine(
  set: PolicySet,
  schema: string,
  sha256: Sha256,
  options: EngineOptions = {},
): PolicyEngine {
  const cedar = loadCedar();
  const policySet = policySetDigest(set, schema, sha256);
  const policies = new Map(Object.entries(set.policies).map(([id, text]) => [id, parsed(id, text)]));
  const slicer = createSlicer(policies, schema);
  const resolved = resolvedSchema(schema);
  const known = new Map<string, Known>();
  const tenants = new Map<string, Entity>();
  let trusted = options.compiled ?? true;

  function prepare(kind: Kind): Known {
    const key = `${kind.action}/${kind.principal}/${kind.resource}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const ids = slicer.policiesFor(kind);
    const prepared = {
      preparsedPolicySetId: `${policySet}/${key}`,
      preparsedSchemaName: `${sha256(schema)}/${kind.action}`,
    };
    demand(cedar.preparseSchema(prepared.preparsedSchemaName, slicer.schemaFor(kind.action)));
    const staticPolicies = Object.fromEntries(ids.map((id) => [id, set.policies[id] ?? '']));
    demand(cedar.preparsePolicySet(prepared.preparsedPolicySetId, { staticPolicies }));
    const taking = new Map([...policies].filter(([id]) => ids.includes(id)));
    const made = { prepared, compiled: compilePolicies(taking, resolved, kind.action), asked: 0 };
    if (known.size < MAX_KINDS) known.set(key, made);
    return made;
  }

  function tenantOf(id: string): Entity {
    const before = tenants.get(id);
    if (before !== undefined) return before;
    const made = tenantEntity(id, set.tenants);
    if (tenants.size < MAX_TENANTS) tenants.set(id, made);
    return made;
  }

  function askCedar(request: AccessRequest, entities: readonly Entity[], prepared: Prepared): Answer {
    const { principal, action, resource, context } = request;
    const answer = cedar.statefulIsAuthorized({
      ...prepared,
      ...{ principal, resource, action: { type: 'Action', id: action } },
      context: context as Record<string, never>,
      entities: entities as never,
      validateRequest: true,
    });
    return answer.type === 'success' ? answer.response : answer.errors.map(({ message }) => message);
  }

  function ask(request: AccessRequest): Answer {
    const { action, principal, resource } = request;
    const kind = prepare({ action, principal: principal.type, resource: resource.type });
    const entities = withTenants(request.entities, tenantOf);
    const answer = trusted ? kind.compiled?.(request, entities) : undefined;
    if (answer === undefined) return askCedar(request, entities, kind.prepared);
    if (kind.asked++ % COMPARED_EVERY === 0 && !isSame(answer, askCedar(request, entities, kind.prepared))) {
      trusted = false;
      return [
        `The policies as compiled do not answer ${action} as Cedar does: it is denied, and Cedar is asked from now on.`,
      ];
    }
    return answer;
  }

  return {
    policySet,
    decide(request) {
      let inputs = '';
      let response: Answer;
      try {
        inputs = sha256(canonicalJson(questionOf(request)));
        response = ask(request);
      } catch (error) {
        response = [error instanceof Error ? error.message : String(error)];
      }
      return decisionOf(response, policies, { inputs, policy_set: policySet });
    },
  };
}

/** Errors: it could not be evaluated. */
type Answer = Response | readonly string[];

function isSame({ decision, diagnostics }: Response, other: Answer): boolean {
  if (!('diagnostics' in other) || other.diagnostics.errors.length > 0) return false;
  const sorted = (reason: readonly string[]) => [...reason].sort().join();
  return decision === other.decision && sorted(diagnostics.reason) === sorted(other.diagnostics.reason);
}

/** With what is common to types told apart from entities. */
function resolvedSchema(schema: string): SchemaJson<string> {
  const answer = loadCedar().schemaToJsonWithResolvedTypes(schema);
  if (answer.type === 'success') return answer.json;
  throw new Error(answer.errors.map(({ message }) => message).join('; '));
}

function decisionOf(
  response: Answer,
  known: ReadonlyMap<string, PolicyJson>,
  facts: Pick<Decision, 'inputs' | 'policy_set'>,
): Decision {
  if (!('diagnostics' in response))
    return { ...facts, allowed: false, policies: [], reasons: [], errors: [...response], final: false };
  const { decision, diagnostics } = response;
  // Cedar has them in no order.
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`).sort();
  const policies = [...diagnostics.reason].sort();
  // A policy that could not be evaluated might have forbidden it.
  const allowed = decision === 'allow' && errors.length === 0;
  return {
    ...{ ...facts, allowed, policies, errors },
    reasons: policies.map((id) => known.get(id)?.annotations?.reason ?? id),
    final: !allowed && policies.some((id) => isFinal(known.get(id))),
  };
}

const isFinal = (policy: PolicyJson | undefined): boolean =>
  policy?.effect === 'forbid' && policy.annotations?.scope === 'resource';

/** What of a request is asked: nothing that happens to be on the object besides. */
const questionOf = ({ principal, action, resource, context, entities }: AccessRequest) => ({
  ...{ principal, action, resource, context, entities },
});

type ParseAnswer = ReturnType<ReturnType<typeof loadCedar>['preparseSchema']>;

function demand(answer: ParseAnswer): void {
  if (answer.type === 'success') return;
  throw new Error(answer.errors.map(({ message }) => message).join('; '));
}

/** @throws HiveError POLICIES_INVALID (422) */
function parsed(id: string, text: string): PolicyJson {
  const answer = loadCedar().policyToJson(text);
  if (answer.type === 'success') return answer.json;
  const told = answer.errors.map(({ message }) => message).join('; ');
  throw new HiveError('POLICIES_INVALID', `Policy ${id} does not parse: ${told}`, { status: 422 });
}
