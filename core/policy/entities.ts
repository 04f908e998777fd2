/**
 * Callers, agents, plans, tickets and assets as policies see them (`policies/schema.cedarschema`). Tenants are not built
 * here: what is said of them is data of the policy set, and whoever decides adds it.
 */
import type { Caller } from '../access/caller.ts';
import { PRIORITIES, SECURITY_LEVELS } from '../messages/primitives.ts';
import type { PlanHeader } from '../plan/state.ts';
import { type AgentRecord, isQuarantined } from '../swarm/agent.ts';
import type { TicketSpec, TicketState } from '../ticket/state.ts';
import type { Entity, EntityRef, PolicyValue } from './access.ts';
import { type AssetFacts, assetRef, touchedBy } from './assets.ts';
import { namesOf } from './names.ts';

export const HIVE: Entity = { uid: { type: 'Hive', id: 'hive' }, attrs: {}, parents: [] };

const roleRef = (id: string): EntityRef => ({ type: 'Role', id });
const tenantRef = (id: string): EntityRef => ({ type: 'Tenant', id });
/** What is not known is above every clearance. */
const levelOf = (level: string): number => {
  const at = (SECURITY_LEVELS as readonly string[]).indexOf(level.toUpperCase());
  return at < 0 ? SECURITY_LEVELS.length : at;
};

/** @param now epoch ms: glass that was broken until before is whole again */
export function userEntity({ principal, kind, roles, tenants, break_glass_until }: Caller, now: number): Entity {
  const all = tenants.includes('*');
  return {
    uid: { type: 'User', id: principal },
    attrs: {
      principal,
      names: namesOf(principal),
      kind,
      all_tenants: all,
      break_glass: break_glass_until !== undefined && now < break_glass_until,
    },
    parents: [...roles.map(roleRef), ...tenants.filter((id) => id !== '*').map(tenantRef)],
  };
}

/** Whoever put a plan on the bus, which only producers may: it says who wrote the plan, not who calls. */
export function producerEntity(header: Pick<PlanHeader, 'metadata' | 'tenant_id'>): Entity {
  const principal = authorOf(header) ?? 'producer';
  return {
    uid: { type: 'User', id: principal },
    attrs: { principal, names: [principal], kind: 'bus', all_tenants: false, break_glass: false },
    parents: [roleRef('producer'), tenantRef(header.tenant_id)],
  };
}

/** What the registry does not say of an agent. */
export interface AgentStanding {
  /** who may speak for it; absent: anybody who may speak for agents */
  readonly principal?: string | undefined;
  /** absent or empty: all */
  readonly tenants?: readonly string[] | undefined;
  readonly quarantined?: boolean | undefined;
  /** of whoever speaks for it; default: that of an agent */
  readonly roles?: readonly string[] | undefined;
}

type AgentFacts = Pick<AgentRecord, 'agent_id' | 'kind' | 'clearance' | 'capabilities' | 'location'> &
  Partial<Pick<AgentRecord, 'standing'>> &
  AgentStanding;

export function agentEntity(agent: AgentFacts, standing: AgentStanding = agent): Entity {
  const { principal, tenants = [], quarantined = isQuarantined(agent), roles = AGENT } = standing;
  const { agent_id, capabilities, kind, location } = agent;
  const attrs: Record<string, PolicyValue> = {
    agent_id,
    capabilities,
    clearance: SECURITY_LEVELS.indexOf(agent.clearance),
    kind,
    quarantined,
    region: location.region,
    tenants,
  };
  if (principal !== undefined) attrs.principal = principal;
  return { uid: { type: 'Agent', id: agent_id }, attrs, parents: [...roles.map(roleRef), ...tenants.map(tenantRef)] };
}
const AGENT = ['agent'];

/** A plan's tickets taken together. */
export function workOf(specs: readonly TicketSpec[], assets: readonly AssetFacts[] = []): PolicyValue {
  const least = (of: (spec: TicketSpec) => number) => specs.reduce((low, spec) => Math.min(low, of(spec)), Infinity);
  return {
    // In whatever order its tickets are read.
    capabilities: [...new Set(specs.flatMap(({ required_capabilities }) => required_capabilities))].sort(),
    shortest_estimate_ms: least(({ estimated_duration_ms }) => estimated_duration_ms),
    longest_timeout_ms: -least(({ sla }) => -sla.timeout_ms),
    least_slack_ms: least(({ sla, estimated_duration_ms }) => sla.timeout_ms - estimated_duration_ms),
    most_retries: -least(({ sla }) => -sla.max_retries),
    lowest_priority: least(({ priority }) => PRIORITIES.indexOf(priority)),
    exact: specs.every(isExact),
    touched: touchedBy(assets, specs.some(saysPersonal)),
  };
}

/** What may be asked of a plan beside what its header says. */
export interface PlanFacts {
  /** epoch ms */
  readonly deadline: number;
  /** a person must say yes, whether or not somebody has */
  readonly needsApproval: boolean;
  /** default: as the header says */
  readonly approval?: { readonly approved: boolean; readonly approver?: string | undefined } | undefined;
  /** `workOf` its tickets, where they are at hand */
  readonly work?: PolicyValue | undefined;
}

export function planEntity(header: PlanHeader, facts: PlanFacts): Entity {
  const { plan_id, tenant_id, risk_band, original_domain, original_security_level } = header;
  const { deadline, needsApproval, work } = facts;
  const author = authorOf(header);
  const { approved, approver } = facts.approval ?? approvalOf(header);
  return {
    uid: { type: 'Plan', id: plan_id },
    attrs: {
      ...{ tenant: { __entity: tenantRef(tenant_id) }, tenant_id, risk_band, original_domain },
      security_level: levelOf(original_security_level),
      destructive: header.is_destructive || header.destructive_tasks.length > 0,
      needs_approval: needsApproval,
      approved,
      deadline_ms: deadline,
      ...(author !== undefined && { author }),
      ...(approver !== undefined && { approver }),
      ...(work !== undefined && { work }),
    },
    parents: [tenantRef(tenant_id)],
  };
}

/** What a plan says of its approval. */
export const approvalOf = ({ approval_status, approved_by }: Pick<PlanHeader, 'approval_status' | 'approved_by'>) => {
  const approver = approved_by?.trim() || undefined;
  return { approved: approval_status === 'approved', ...(approver !== undefined && { approver }) };
};

/** As its producer names them. */
export const authorOf = ({ metadata }: Pick<PlanHeader, 'metadata'>): string | undefined =>
  (metadata.author ?? metadata.created_by)?.trim() || undefined;

/** What may be asked of a ticket beside what it was minted with. */
export interface TicketFacts {
  /** epoch ms: its plan's, where that is looked at */
  readonly deadline?: number | undefined;
  /** its plan's */
  readonly author?: string | undefined;
  /** those that its task names */
  readonly assets?: readonly AssetFacts[] | undefined;
  /** the attempt that is asked about; default: the last one */
  readonly attempt?: number | undefined;
  /** default: who has it as it stands */
  readonly holder?: string | undefined;
}

export function ticketEntity(spec: TicketSpec, state: TicketState | undefined, facts: TicketFacts = {}): Entity {
  const { ticket_id, plan_id, tenant_id, task_type, risk_band, sla } = spec;
  const { deadline, author, assets = [], attempt = state?.attempts ?? 0 } = facts;
  const holder = facts.holder ?? (state && 'agent_id' in state ? state.agent_id : undefined);
  // Written out, in the order in which they are digested: this is made for each dispatch and each call.
  const attrs: Record<string, PolicyValue> = {
    assets: assets.map((asset) => ({ __entity: assetRef(asset) })),
    attempt,
    compensates: spec.compensates !== undefined,
    estimated_ms: spec.estimated_duration_ms,
    exact: isExact(spec),
    max_retries: sla.max_retries,
    priority: PRIORITIES.indexOf(spec.priority),
    required_capabilities: spec.required_capabilities,
    risk_band,
    security_level: levelOf(spec.security_level),
    task_type,
    tenant: { __entity: tenantRef(tenant_id) },
    tenant_id,
    timeout_ms: sla.timeout_ms,
    touched: touchedBy(assets, saysPersonal(spec)),
  };
  if (deadline !== undefined) attrs.deadline_ms = deadline;
  if (author !== undefined) attrs.author = author;
  if (holder !== undefined) attrs.holder = holder;
  return {
    uid: { type: 'Ticket', id: ticket_id },
    attrs,
    parents: [{ type: 'Plan', id: plan_id }, tenantRef(tenant_id)],
  };
}

/** Effects do not happen twice, and everybody sees them at once. */
const isExact = ({ qos }: Pick<TicketSpec, 'qos'>): boolean =>
  qos.delivery_mode !== 'AT_LEAST_ONCE' && qos.consistency === 'STRONG' && qos.durability === 'PERSISTENT';

/** Its producer says that it works on personal data. */
const saysPersonal = ({ metadata }: Pick<TicketSpec, 'metadata'>): boolean => metadata.pii === 'true';
