/** A table of cases beside the policies: who does what to what, and what the policies are to say. */
import { z } from 'zod';
import { ROLES } from '../access/caller.ts';
import type { PolicyEngine } from '../ports/policies.ts';
import { ACTIONS, type AccessRequest, type Entity, type EntityRef, type PolicyValue } from './access.ts';
import type { Decision } from './decision.ts';
import { HIVE, userEntity } from './entities.ts';

const values = z.record(z.string(), z.json());

export const policyCase = z.strictObject({
  /** a sentence of behaviour */
  says: z.string().min(1),
  who: z.union([
    z.strictObject({
      user: z.string().default('ada'),
      roles: z.array(z.enum(ROLES)).default([]),
      /** `*`: all */
      tenants: z.array(z.string()).default([]),
      break_glass: z.boolean().default(false),
    }),
    /** attributes that are not as usual */
    z.strictObject({ agent: z.string(), with: values.default({}) }),
  ]),
  does: z.enum(ACTIONS),
  to: z.union([
    z.literal('hive'),
    z.strictObject({ plan: values }),
    z.strictObject({ ticket: values }),
    z.strictObject({ asset: values }),
    z.strictObject({ agent: z.string(), with: values.default({}) }),
  ]),
  context: values.default({}),
  expect: z.enum(['allow', 'deny']),
  /** policies that are to decide it; absent: any; empty: none permits it */
  by: z.array(z.string()).optional(),
});
export type PolicyCase = z.output<typeof policyCase>;

export const policyCases = z.strictObject({ cases: z.array(policyCase).min(1) });

export interface CaseOutcome {
  readonly of: PolicyCase;
  readonly decision: Decision;
  readonly passed: boolean;
}

export function runCases(cases: readonly PolicyCase[], engine: PolicyEngine): CaseOutcome[] {
  return cases.map((of) => {
    const decision = engine.decide(requestOf(of));
    const by = of.by === undefined || [...of.by].sort().join() === decision.policies.join();
    const passed = decision.errors.length === 0 && decision.allowed === (of.expect === 'allow') && by;
    return { of, decision, passed };
  });
}

/** When cases happen: epoch ms. */
export const CASE_NOW = 1_800_000_000_000;

function requestOf({ who, does, to, context }: PolicyCase): AccessRequest {
  const principal = 'agent' in who ? agentLike(who.agent, who.with) : userLike(who);
  const resource = resourceOf(to);
  const now = does === 'AcceptPlan' || does === 'DispatchTicket' ? { now_ms: CASE_NOW } : {};
  const starts = does === 'AcceptPlan' ? { starts: false } : {};
  return {
    ...{ principal: principal.uid, action: does, resource: resource.uid },
    context: { ...now, ...starts, ...(context as Record<string, PolicyValue>) },
    entities: principal.uid.id === resource.uid.id ? [resource] : [principal, resource],
  };
}

const userLike = ({ user, roles, tenants, break_glass }: Extract<PolicyCase['who'], { user: string }>): Entity =>
  userEntity(
    {
      principal: user,
      name: user,
      kind: 'iam',
      roles,
      tenants,
      ...(break_glass && { break_glass_until: CASE_NOW + 1 }),
    },
    CASE_NOW,
  );

type Values = z.output<typeof values>;

function agentLike(agent_id: string, { roles = ['agent'], ...changed }: Values): Entity {
  const usual = {
    kind: 'microservice',
    clearance: 1,
    capabilities: [],
    region: 'local',
    tenants: [],
    quarantined: false,
  };
  return {
    uid: { type: 'Agent', id: agent_id },
    attrs: { agent_id, ...usual, ...(changed as Record<string, PolicyValue>) },
    parents: (roles as string[]).map((id) => ({ type: 'Role', id })),
  };
}

function resourceOf(to: PolicyCase['to']): Entity {
  if (to === 'hive') return HIVE;
  if ('agent' in to) return agentLike(to.agent, to.with);
  if ('plan' in to) return planLike(to.plan);
  if ('ticket' in to) return ticketLike(to.ticket);
  const usual = { kind: 'data', owner: 'grace', classification: 1, pii: false, conforming: true, status: 'active' };
  return entity({ type: 'Asset', id: 'asset' }, { ...usual, regions: [] }, to.asset, []);
}

const entity = (uid: EntityRef, usual: Record<string, PolicyValue>, changed: Values, parents: EntityRef[]): Entity => ({
  ...{ uid, parents },
  attrs: { ...usual, ...(changed as Record<string, PolicyValue>) },
});

const TOUCHES_NOTHING = { conforming: true, level: -1, pii: false };

/** Of tenant `acme` and band low, with an hour to go. */
function planLike({ work, touched, ...changed }: Values): Entity {
  const tenant_id = (changed.tenant_id as string | undefined) ?? 'acme';
  const tenant: EntityRef = { type: 'Tenant', id: tenant_id };
  const usual = {
    ...{ tenant: { __entity: tenant }, tenant_id, risk_band: 'low', original_domain: 'TECHNICAL', security_level: 1 },
    ...{ destructive: false, needs_approval: false, approved: false, deadline_ms: CASE_NOW + 3_600_000 },
    work: {
      ...{ capabilities: [], shortest_estimate_ms: 60_000, longest_timeout_ms: 180_000, least_slack_ms: 120_000 },
      ...{ most_retries: 1, lowest_priority: 0, exact: false },
      ...((work ?? {}) as Record<string, PolicyValue>),
      touched: { ...TOUCHES_NOTHING, ...((touched ?? {}) as Record<string, PolicyValue>) },
    },
  };
  return entity({ type: 'Plan', id: 'plan' }, usual, changed, [tenant]);
}

/** Of tenant `acme` and band low. */
function ticketLike({ touched, ...changed }: Values): Entity {
  const tenant_id = (changed.tenant_id as string | undefined) ?? 'acme';
  const tenant: EntityRef = { type: 'Tenant', id: tenant_id };
  const usual = {
    ...{ tenant: { __entity: tenant }, tenant_id, task_type: 'EXECUTE', risk_band: 'low', priority: 0 },
    ...{ security_level: 1, required_capabilities: [], exact: false, timeout_ms: 180_000, max_retries: 1 },
    ...{ estimated_ms: 60_000, compensates: false, attempt: 1, assets: [] },
    touched: { ...TOUCHES_NOTHING, ...((touched ?? {}) as Record<string, PolicyValue>) },
  };
  return entity({ type: 'Ticket', id: 'ticket' }, usual, changed, [{ type: 'Plan', id: 'plan' }, tenant]);
}
