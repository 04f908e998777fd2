/** Agents as they are shown. */
import type { AgentView, Page, PageRequest } from '../messages/monitoring-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { ANY_CAPABILITY } from '../schedule/any-capability.ts';
import { type AgentRecord, freeSlots, healthOf } from '../swarm/agent.ts';
import { pageOf } from './page.ts';
import { agentUnknown } from './unknown.ts';

interface Deps {
  readonly reader: PlanReader;
  readonly clock: Clock;
}

export type AgentsRequest = PageRequest & {
  /** only agents that offer it */
  readonly capability?: string | undefined;
};

/** In order of their ids, without removed ones. @throws HiveError CURSOR_INVALID */
export const createListAgents =
  ({ reader, clock }: Deps) =>
  ({ capability = ANY_CAPABILITY, ...request }: AgentsRequest): Promise<Page<AgentView>> => {
    const now = clock.now();
    return pageOf(
      { list: `agents:${capability}`, ...request },
      (slice) => reader.listAgents(capability, slice),
      (agent) => viewOf(agent, now),
      ({ agent_id }) => agent_id,
    );
  };

/** Also one that was removed. @throws HiveError AGENT_UNKNOWN (404) */
export const createGetAgent =
  ({ reader, clock }: Deps) =>
  async (agentId: string): Promise<AgentView> => {
    const agent = await reader.loadAgent(agentId);
    if (agent === undefined) throw agentUnknown(agentId);
    return viewOf(agent, clock.now());
  };

function viewOf(agent: AgentRecord, now: number): AgentView {
  const { agent_id, kind, status, capabilities, location, clearance, version, capacity } = agent;
  const { heartbeat_interval_ms, registered_at, heartbeat_at } = agent;
  return {
    ...{ agent_id, kind, status, capabilities, location, clearance, version, capacity },
    ...{ heartbeat_interval_ms, registered_at, heartbeat_at },
    health: healthOf(agent, now),
    ...(agent.standing && { health_since: agent.standing.since }),
    health_reasons: [...(agent.standing?.reasons ?? [])],
    free_slots: Math.max(0, freeSlots(agent)),
    holds: Object.entries(agent.held).map(([ticket_id, { plan_id, task_id, attempt }]) => ({
      ...{ ticket_id, plan_id, task_id, attempt },
    })),
  };
}
