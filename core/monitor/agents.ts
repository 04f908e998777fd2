/** Agents as they are shown. */
import type { AgentView, Page, PageRequest } from '../messages/monitoring-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { ANY_CAPABILITY } from '../schedule/any-capability.ts';
import { type AgentRecord, freeSlots, healthOf } from '../swarm/agent.ts';
import { pageOf } from './page.ts';
import { plansSeen } from './plans-seen.ts';
import { agentUnknown } from './unknown.ts';

interface Deps {
  readonly reader: PlanReader;
  readonly clock: Clock;
}

export type AgentsRequest = PageRequest & {
  /** whose plans it is told of that agents hold; absent: all */
  readonly tenants?: readonly string[];
  /** only agents that offer it */
  readonly capability?: string | undefined;
};

/** In order of their ids, without removed ones. @throws HiveError CURSOR_INVALID */
export const createListAgents =
  ({ reader, clock }: Deps) =>
  async ({ capability = ANY_CAPABILITY, tenants = ['*'], ...request }: AgentsRequest): Promise<Page<AgentView>> => {
    const now = clock.now();
    const page = await pageOf(
      { list: `agents:${capability}`, ...request },
      (slice) => reader.listAgents(capability, slice),
      (agent) => viewOf(agent, now),
      ({ agent_id }) => agent_id,
    );
    return { ...page, items: await cutTo(tenants, reader, page.items) };
  };

/** Also one that was removed. @throws HiveError AGENT_UNKNOWN (404) */
export const createGetAgent =
  ({ reader, clock }: Deps) =>
  async (agentId: string, tenants: readonly string[] = ['*']): Promise<AgentView> => {
    const agent = await reader.loadAgent(agentId);
    if (agent === undefined) throw agentUnknown(agentId);
    const [view] = await cutTo(tenants, reader, [viewOf(agent, clock.now())]);
    return view as AgentView;
  };

/** An agent may hold tickets of several tenants: what others' are is left out, and whose it is; that its slots are taken is not. */
async function cutTo(
  tenants: readonly string[],
  reader: PlanReader,
  agents: readonly AgentView[],
): Promise<readonly AgentView[]> {
  if (tenants.includes('*')) return agents;
  const planIds = agents.flatMap(({ holds }) => holds.map(({ plan_id }) => plan_id));
  const seen = await plansSeen(reader, planIds, tenants);
  return agents.map(({ owner: _, ...agent }) => ({
    ...agent,
    holds: agent.holds.filter(({ plan_id }) => seen.has(plan_id)),
  }));
}

function viewOf(agent: AgentRecord, now: number): AgentView {
  const { agent_id, kind, status, capabilities, location, clearance, version, capacity } = agent;
  const { heartbeat_interval_ms, registered_at, heartbeat_at, owner } = agent;
  return {
    ...{ agent_id, kind, status, capabilities, location, clearance, version, capacity },
    ...{ heartbeat_interval_ms, registered_at, heartbeat_at },
    ...(owner !== undefined && { owner }),
    ...(agent.standing?.quarantined && { quarantined: agent.standing.quarantined }),
    health: healthOf(agent, now),
    ...(agent.standing && { health_since: agent.standing.since }),
    health_reasons: [...(agent.standing?.reasons ?? [])],
    free_slots: Math.max(0, freeSlots(agent)),
    holds: Object.entries(agent.held).map(([ticket_id, { plan_id, task_id, attempt }]) => ({
      ...{ ticket_id, plan_id, task_id, attempt },
    })),
  };
}
