/** Policies do not let the agent that was chosen have the ticket: the next best ones are tried, in their order. */
import type { PlanState } from '../plan/state.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import { freeSlots, hasCapabilities, mayBeMatched } from '../swarm/agent.ts';
import type { Match } from '../swarm/match.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { ANY_CAPABILITY } from './any-capability.ts';
import type { Assign, Assigned } from './assign.ts';

export interface TryOthersDeps {
  agents: Pick<AgentRegistry, 'listByCapability'>;
  assignTo: Assign;
  clock: Clock;
}

/** Agents that are asked about for one ticket in one pass. */
const MAX_TRIED = 20;

/** Resolves to undefined when none of them is there, free, and allowed: the ticket waits. */
export function createTryOthers({ agents, assignTo, clock }: TryOthersDeps) {
  return async function tryOthers(
    match: Match,
    ticket: TicketRecord,
    plan: Pick<PlanState, 'deadline'>,
  ): Promise<Assigned | undefined> {
    const { entry, agent: chosen, explanation } = match;
    const now = clock.now();
    const order = explanation.candidates.map(({ agent_id }) => agent_id);
    const placeOf = (agentId: string) => (order.includes(agentId) ? order.indexOf(agentId) : order.length);
    const others = (await agents.listByCapability(entry.required_capabilities[0] ?? ANY_CAPABILITY))
      .filter((agent) => agent.agent_id !== chosen.agent_id && mayBeMatched(agent, now) && freeSlots(agent) > 0)
      .filter((agent) => hasCapabilities(agent, entry.required_capabilities))
      .sort((a, b) => placeOf(a.agent_id) - placeOf(b.agent_id));
    for (const agent of others.slice(0, MAX_TRIED)) {
      const result = await assignTo({ entry, agent, explanation: chosenInstead(match, agent.agent_id) }, ticket, plan);
      if (typeof result !== 'object') return result;
    }
    return undefined;
  };
}

/** The one that it became comes first. */
function chosenInstead({ explanation }: Match, agentId: string): Match['explanation'] {
  const { candidates, margin_ms: _, predicted: __, ...rest } = explanation;
  const it = candidates.filter(({ agent_id }) => agent_id === agentId);
  const others = candidates.filter(({ agent_id }) => agent_id !== agentId);
  return { ...rest, candidates: [...(it.length > 0 ? it : [{ agent_id: agentId, free_slots: 1 }]), ...others] };
}
