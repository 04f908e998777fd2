/**
 * The one way to ask whether something may be done: default deny, forbid wins, and what cannot be asked or recorded does
 * not happen. What is allowed is answered with what goes into the event of the change that it allows.
 */
import { HiveError } from '../errors.ts';
import type { AccessRequest, Action, EntityRef } from '../policy/access.ts';
import type { Authorization, Decision } from '../policy/decision.ts';
import type { PoliciesInForce, PolicyEngine } from '../ports/policies.ts';
import type { RecordRefusal } from './refusal.ts';

/** A question, and whom a refusal of it is told about. */
export interface Question extends AccessRequest {
  readonly action: Action;
  /** as the edge knows the caller; default: the principal's id */
  readonly caller?: string | undefined;
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
  /** where the call came from: an address */
  readonly source?: string | undefined;
}

/**
 * @throws HiveError POLICY_DENIED (403), recorded before it is thrown; POLICIES_UNAVAILABLE (503), or what recording the
 *   refusal fails with: nothing is allowed then either
 */
export type Authorize = (question: Question) => Promise<Authorization>;

export interface AuthorizeDeps {
  policies: PoliciesInForce;
  recordRefusal: RecordRefusal;
}

export function createAuthorize({ policies, recordRefusal }: AuthorizeDeps): Authorize {
  return async (question) => {
    const { engine, shadow } = await policies.current();
    const decision = engine.decide(requestOf(question));
    if (!decision.allowed) {
      const message = refusalMessage(question, decision);
      await recordRefusal({
        ...{ code: 'POLICY_DENIED', message, action: question.action },
        principal: question.caller ?? question.principal.id,
        resource: nameOfEntity(question.resource),
        ...{ plan_id: question.plan_id, ticket_id: question.ticket_id, source: question.source },
        ...{ policies: decision.policies, policy_set: decision.policy_set, inputs: decision.inputs },
      });
      throw new HiveError('POLICY_DENIED', message, {
        status: 403,
        detail: {
          ...{ action: question.action, resource: nameOfEntity(question.resource) },
          ...{ policies: decision.policies, reasons: decision.reasons },
        },
      });
    }
    return authorizationOf(question, decision, shadow);
  };
}

/** What is kept of an allowed decision; `shadow`: policies on trial, told of only where they say something else. */
export function authorizationOf(question: AccessRequest, decision: Decision, shadow?: PolicyEngine): Authorization {
  const { policies, inputs, policy_set } = decision;
  const tried = shadow?.decide(requestOf(question));
  const differs = tried !== undefined && tried.allowed !== decision.allowed;
  return {
    ...{ policies, inputs, policy_set },
    ...(differs && {
      shadow: { policy_set: tried.policy_set, allowed: tried.allowed, policies: tried.policies },
    }),
  };
}

/** As Cedar writes it: `Plan::"release-1"`. */
export const nameOfEntity = ({ type, id }: EntityRef): string => `${type}::${JSON.stringify(id)}`;

const requestOf = ({ principal, action, resource, context, entities }: AccessRequest): AccessRequest => ({
  ...{ principal, action, resource, context, entities },
});

function refusalMessage({ action, principal, resource }: AccessRequest, { reasons, errors }: Decision): string {
  const because = errors.length > 0 ? 'the policies could not be evaluated' : reasons.join('; ');
  const asked = `${nameOfEntity(principal)} may not ${action} ${nameOfEntity(resource)}`;
  return `${asked}: ${because || 'no policy permits it'}.`;
}
