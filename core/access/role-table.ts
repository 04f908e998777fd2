/**
 * What each role may, as a table, and an engine that goes by it: what the bundled policies say in more words, and what
 * holds where no policies are in force yet. Default deny; what is a tenant's is for callers of that tenant.
 */
import { canonicalJson } from '../ledger/canonical.ts';
import { ACTIONS, type AccessRequest, type Action, type Entity, type EntityRef } from '../policy/access.ts';
import type { Decision } from '../policy/decision.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { PolicyEngine } from '../ports/policies.ts';
import type { Role } from './caller.ts';

const looks = ACTIONS.filter((action) => action.startsWith('View'));
const looksAtWork = looks.filter((action) => action !== 'ViewAccess' && action !== 'ViewAudit');
const planVerbs = ['PausePlan', 'ResumePlan', 'CancelPlan', 'ApprovePlan', 'RejectPlan'] as const;
const ticketVerbs = ['RetryTicket', 'SkipTicket', 'ResolveIncident'] as const;

export const ROLE_TABLE: Readonly<Record<Role, readonly Action[]>> = {
  producer: ['ViewPlan', 'ViewTicket', 'ViewIncident'],
  operator: [...looksAtWork, ...planVerbs, ...ticketVerbs, 'RedrivePlan', 'BreakGlass'],
  sre: [...looksAtWork, 'RedrivePlan', ...ticketVerbs, 'DrainAgent', 'UndrainAgent', 'OverrideStrategy', 'BreakGlass'],
  security: [
    ...looks,
    ...['ProposePolicies', 'ApprovePolicies', 'RollBackPolicies', 'ShadowPolicies'],
    ...['GrantRole', 'RevokeRole', 'BreakGlass', 'QuarantineAgent', 'ReleaseAgent'],
    ...['RevokeToken', 'IntrospectToken', 'RotateKeys'],
  ] as Action[],
  auditor: looks,
  platform: [...looksAtWork, 'ViewAccess', 'OverrideStrategy', 'PutAsset', 'RetireAsset', 'BreakGlass'],
  agent: [
    ...['RegisterAgent', 'HeartbeatAgent', 'ReadInbox', 'RemoveAgent'],
    ...['ClaimTicket', 'HeartbeatTicket', 'ReportTicket', 'HandBackTicket'],
  ] as Action[],
};

export function createRoleTableEngine(sha256: Sha256): PolicyEngine {
  const policySet = sha256(canonicalJson(ROLE_TABLE));
  return {
    policySet,
    decide(request): Decision {
      const { permits, forbids } = judged(request);
      const allowed = permits.length > 0 && forbids.length === 0;
      return {
        ...{ allowed, policy_set: policySet, inputs: sha256(canonicalJson(request)), errors: [], final: false },
        policies: forbids.length > 0 ? forbids : permits,
        reasons: forbids.length > 0 ? ['it is of a tenant that the caller does not have'] : [],
      };
    },
  };
}

function judged({ principal, action, resource, entities }: AccessRequest) {
  const who = find(entities, principal);
  const what = find(entities, resource);
  const roles = (who?.parents ?? []).filter(({ type }) => type === 'Role').map(({ id }) => id as Role);
  const permits = roles.filter((role) => (ROLE_TABLE[role] as readonly string[] | undefined)?.includes(action));
  const tenants = (what?.parents ?? []).filter(({ type }) => type === 'Tenant').map(({ id }) => id);
  const own = new Set((who?.parents ?? []).filter(({ type }) => type === 'Tenant').map(({ id }) => id));
  // An agent of no tenant works for all of them.
  const all = who?.attrs.all_tenants === true || (who?.uid.type === 'Agent' && own.size === 0);
  const theirs = resource.type === 'Agent' || tenants.some((tenant) => own.has(tenant)) || tenants.length === 0;
  return {
    permits: permits.map((role) => `role-${role}`),
    forbids: all || theirs ? [] : ['tenant-isolation'],
  };
}

const find = (entities: readonly Entity[], { type, id }: EntityRef): Entity | undefined =>
  entities.find(({ uid }) => uid.type === type && uid.id === id);
