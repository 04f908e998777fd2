/** Plans, tickets and agents as the policies know them: what access asks about. */
import { SECURITY_LEVELS } from '../messages/primitives.ts';
import type { PlanRecord } from '../plan/state.ts';
import type { Entity, EntityRef } from '../policy/access.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketRecord } from '../ticket/state.ts';

const tenantRef = (id: string): EntityRef => ({ type: 'Tenant', id });
const levelOf = (level: string): number => Math.max(0, (SECURITY_LEVELS as readonly string[]).indexOf(level));

export function planEntity({ header, state }: PlanRecord): Entity {
  const { plan_id, tenant_id, risk_band, original_domain, is_destructive, metadata } = header;
  const author = (metadata.author ?? metadata.created_by)?.trim();
  return {
    uid: { type: 'Plan', id: plan_id },
    attrs: {
      ...{ tenant: tenant_id, risk_band, original_domain, destructive: is_destructive, phase: state.phase },
      ...(author !== undefined && { author }),
    },
    parents: [tenantRef(tenant_id)],
  };
}

export function ticketEntity({ spec, state }: TicketRecord): Entity {
  const { ticket_id, plan_id, tenant_id, task_type, security_level, required_capabilities, risk_band } = spec;
  return {
    uid: { type: 'Ticket', id: ticket_id },
    attrs: {
      ...{ tenant: tenant_id, task_type, required_capabilities, risk_band, timeout_ms: spec.sla.timeout_ms },
      ...{ security_level: levelOf(security_level), priority: spec.priority, max_retries: spec.sla.max_retries },
      ...('agent_id' in state && { holder: state.agent_id, attempt: state.attempt }),
    },
    parents: [{ type: 'Plan', id: plan_id }, tenantRef(tenant_id)],
  };
}

/** What the registry knows, or of an agent that registers, what it says. */
export type KnownAgent = Pick<AgentRecord, 'agent_id' | 'kind' | 'clearance' | 'capabilities' | 'location'> &
  Partial<Pick<AgentRecord, 'owner' | 'tenants'>>;

export function agentEntity(agent: KnownAgent): Entity {
  const { agent_id, kind, clearance, capabilities, location, owner, tenants = [] } = agent;
  return {
    uid: { type: 'Agent', id: agent_id },
    attrs: {
      ...{ kind, capabilities, region: location.region, clearance: levelOf(clearance), tenants, quarantined: false },
      ...(owner !== undefined && { principal: owner }),
    },
    parents: [{ type: 'Role', id: 'agent' }, ...tenants.map(tenantRef)],
  };
}
