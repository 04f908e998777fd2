/**
 * Stands before everything that a call may do: it says who calls, asks whether they may, and writes down what was refused,
 * also by rules that are no policies.
 */
import { HiveError } from '../errors.ts';
import type { Entry } from '../guard/admit.ts';
import type { Action, Entity, EntityRef, PolicyValue } from '../policy/access.ts';
import type { Authorization } from '../policy/decision.ts';
import { userEntity } from '../policy/entities.ts';
import type { Clock } from '../ports/clock.ts';
import { type Authorize, nameOfEntity } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { Callers } from './callers.ts';
import type { Identity } from './identity.ts';
import type { RecordRefusal } from './refusal.ts';
import type { About, Resource, Resources } from './resources.ts';
import { seesTenant, tenantOfCall } from './tenants.ts';

export interface Asked {
  readonly identity: Identity;
  readonly action: Action;
  readonly about: About;
  readonly context?: Readonly<Record<string, PolicyValue>>;
  /** asked once it is known whose the call is; absent: nobody counts */
  readonly entry?: Entry | undefined;
}

/** A call that may go on. */
export interface Admitted {
  readonly caller: Caller;
  /** whom events name */
  readonly by: string;
  /** what the policies allowed it by: to be committed with what it changes */
  readonly authorization: Authorization;
}

/**
 * @throws HiveError RATE_LIMITED (429); POLICY_DENIED (403), recorded; POLICIES_UNAVAILABLE, REFUSAL_NOT_RECORDED (503);
 *   what `run` throws
 */
export type Guard = <T>(asked: Asked, run: (admitted: Admitted) => Promise<T>) => Promise<T>;

export interface GuardDeps {
  clock: Pick<Clock, 'now'>;
  callers: Callers;
  resources: Resources;
  authorize: Authorize;
  recordRefusal: RecordRefusal;
}

/** Refusals of rules that are about who calls; policies' and tokens' are recorded where they are made. */
const RECORDED: readonly string[] = [
  ...['APPROVER_IS_AUTHOR', 'GRANT_TO_ONESELF', 'ROLES_EXCLUSIVE'],
  ...['GRANT_BEYOND_TENANTS', 'ENROLMENT_BEYOND_TENANTS', 'ASSET_BEYOND_TENANTS', 'PLAN_DENIED'],
  ...['AGENT_OF_ANOTHER', 'AGENT_BEYOND_ENROLMENT', 'TICKET_ASSIGNED_ELSEWHERE'],
];

export function createGuard({ clock, callers, resources, authorize, recordRefusal }: GuardDeps): Guard {
  return async ({ identity, action, about, context = {}, entry }, run) => {
    const [caller, resource] = await Promise.all([callers(identity), resources(about)]);
    await entry?.(tenantOfCall(caller.tenants, resource.tenant_id));
    const call = { caller, action, resource, context };
    return recorded(recordRefusal, call, async () => {
      const user = userEntity(caller, clock.now());
      const question = questionOf(call, user.uid, [user]);
      const authorization = await authorize(question).catch((error: unknown) => {
        throw isOfOthers(caller, about, resource) ? sameForAll(error, call, about) : error;
      });
      return run({ caller, by: caller.name, authorization });
    });
  };
}

/** Told apart by its tenant, of which what is not there has none. */
const OF_TENANTS: readonly About['kind'][] = ['Plan', 'Ticket', 'Incident', 'Asset'];

/** It is asked for by its id, and none of the caller's tenants has it: it is another's, or not there. */
const isOfOthers = ({ tenants }: Caller, { kind }: About, { tenant_id }: Resource): boolean =>
  OF_TENANTS.includes(kind) && !seesTenant(tenants, tenant_id);

/** Whoever is refused what is another tenant's reads what they would read of what is not there; the ledger has which it was. */
function sameForAll(error: unknown, { action, caller }: GuardedCall, { kind, id }: About): unknown {
  if (!(error instanceof HiveError) || error.code !== 'POLICY_DENIED') return error;
  const resource = `${kind}::${JSON.stringify(id)}`;
  const reason = 'it is not there, or is another tenant’s';
  const message = `User::${JSON.stringify(caller.principal)} may not ${action} ${resource}: ${reason}.`;
  return new HiveError('POLICY_DENIED', message, { status: 403, detail: { action, resource, reasons: [reason] } });
}

export interface GuardedCall {
  readonly caller: Caller;
  readonly action: Action;
  readonly resource: Resource;
  readonly context: Readonly<Record<string, PolicyValue>>;
}

export const questionOf = (
  { caller, action, resource, context }: GuardedCall,
  principal: EntityRef,
  entities: readonly Entity[],
) => ({
  ...{ principal, action, context, resource: resource.resource },
  entities: [...entities, ...resource.entities],
  ...{ caller: caller.principal, source: caller.source },
  ...{ plan_id: resource.plan_id, ticket_id: resource.ticket_id },
});

/** What `run` refuses is written down before it is told. */
export async function recorded<T>(
  recordRefusal: RecordRefusal,
  { caller, action, resource }: Omit<GuardedCall, 'context'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HiveError && RECORDED.includes(error.code))
      await recordRefusal({
        ...{ code: error.code, message: error.message, principal: caller.principal, source: caller.source },
        ...{ action, resource: nameOfEntity(resource.resource) },
        ...{ plan_id: resource.plan_id, ticket_id: resource.ticket_id },
      });
    throw error;
  }
}
