/** Policies do not let the agent that was chosen have the ticket: the next best ones are tried, in their order. */
import type { PlanState } from '../plan/state.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import { type AgentRecord, freeSlots, mayBeMatched } from '../swarm/agent.ts';
import { mayRun } from '../swarm/match/eligible.ts';
import type { Match } from '../swarm/match.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { ANY_CAPABILITY } from './any-capability.ts';
import type { Assign, Assigned } from './assign.ts';
import type { MayDispatch } from './may-dispatch.ts';

export interface TryOthersDeps {
  agents: Pick<AgentRegistry, 'listByCapability'>;
  assignTo: Assign;
  mayDispatch: MayDispatch;
  clock: Clock;
}

/** Agents that are asked about for one ticket in one pass: each round begins elsewhere, so that all have their turn. */
const MAX_ASKED = 500;
/** Commits that are tried for one ticket in one pass. */
const MAX_TRIED = 20;

/** Resolves to undefined when none of those asked about is there, free, and allowed: the ticket waits. */
export function createTryOthers({ agents, assignTo, mayDispatch, clock }: TryOthersDeps) {
  return async function tryOthers(
    match: Match,
    ticket: TicketRecord,
    plan: Pick<PlanState, 'deadline'>,
  ): Promise<Assigned | undefined> {
    const { entry, agent: chosen } = match;
    const now = clock.now();
    const there = await agents.listByCapability(entry.required_capabilities[0] ?? ANY_CAPABILITY);
    const free = there.filter(
      (agent) =>
        agent.agent_id !== chosen.agent_id && mayBeMatched(agent, now) && freeSlots(agent) > 0 && mayRun(agent, entry),
    );
    let tried = 0;
    for (const agent of inTurn(match, free, clock.random()).slice(0, MAX_ASKED)) {
      if ('denied' in (await mayDispatch(agent, ticket, plan, now))) continue;
      const result = await assignTo({ entry, agent, explanation: chosenInstead(match, agent.agent_id) }, ticket, plan);
      if (typeof result !== 'object') return result;
      if (++tried === MAX_TRIED) break;
    }
    return undefined;
  };
}

/** Those that the match tells of first, in its order; the others from somewhere on. @param where 0–1 */
function inTurn({ explanation }: Match, agents: readonly AgentRecord[], where: number): AgentRecord[] {
  const places = new Map(explanation.candidates.map(({ agent_id }, place) => [agent_id, place]));
  const placeOf = ({ agent_id }: AgentRecord): number => places.get(agent_id) ?? places.size;
  const told = agents.filter(({ agent_id }) => places.has(agent_id)).sort((a, b) => placeOf(a) - placeOf(b));
  const others = agents.filter(({ agent_id }) => !places.has(agent_id));
  const first = Math.floor(where * others.length);
  return [...told, ...others.slice(first), ...others.slice(0, first)];
}

/** The one that it became comes first. */
function chosenInstead({ explanation }: Match, agentId: string): Match['explanation'] {
  const { candidates, margin_ms: _, predicted: __, ...rest } = explanation;
  const it = candidates.filter(({ agent_id }) => agent_id === agentId);
  const others = candidates.filter(({ agent_id }) => agent_id !== agentId);
  return { ...rest, candidates: [...(it.length > 0 ? it : [{ agent_id: agentId, free_slots: 1 }]), ...others] };
}
