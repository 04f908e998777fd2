/** Who runs it: the port that the swarm's matching fills, and its first filling. */
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { AssignmentExplanation } from '../ticket/events.ts';
import type { Estimates } from '../trail/estimate.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from './agent.ts';

export interface Match {
  readonly entry: QueueEntry;
  readonly agent: AgentRecord;
  readonly explanation: AssignmentExplanation;
}

/** What is known when tickets meet agents. */
export interface MatchContext {
  /** epoch ms */
  readonly now: number;
  readonly estimates: Estimates;
  /** uniform in [0, 1): what exploration draws by */
  readonly random: () => number;
}

/** Tickets in the order they are to be served × agents → at most one agent a ticket, never more tickets than slots. */
export type Matcher = (
  entries: readonly QueueEntry[],
  agents: readonly AgentRecord[],
  context: MatchContext,
) => Match[];

const CANDIDATES_TOLD = 5;
/** A ticket that failed on an agent waits this long for another one that is there but busy. */
export const AVOID_FOR_MS = 30_000;

/** Each ticket in turn gets the first capable, cleared and healthy agent with a free slot; agents in order of their id. */
export const firstCapable: Matcher = (entries, agents, { now }) => {
  const free = new Map(agents.map((agent) => [agent.agent_id, freeSlots(agent)]));
  const healthy = agents
    .filter((agent) => healthOf(agent, now) === 'HEALTHY')
    .sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
  const slotsOf = (agent: AgentRecord) => free.get(agent.agent_id) ?? 0;
  const matches: Match[] = [];
  entries.forEach((entry, position) => {
    const candidates = healthy.filter(
      (agent) =>
        slotsOf(agent) > 0 &&
        hasCapabilities(agent, entry.required_capabilities) &&
        isCleared(agent.clearance, entry.security_level) &&
        agent.held[entry.ticket_id] === undefined,
    );
    const agent = prefer(candidates, entry, healthy, now);
    if (agent === undefined) return;
    const explanation = {
      strategy: 'first-capable',
      waited_ms: Math.max(0, now - entry.ready_at),
      queue_position: position + 1,
      queue_length: entries.length,
      candidates: candidates
        .slice(0, CANDIDATES_TOLD)
        .map((other) => ({ agent_id: other.agent_id, free_slots: slotsOf(other) })),
    };
    free.set(agent.agent_id, slotsOf(agent) - 1);
    matches.push({ entry, agent, explanation });
  });
  return matches;
};

/** The first one that no earlier attempt failed on; another one only if there is no such agent, or it takes too long. */
function prefer(
  candidates: readonly AgentRecord[],
  { avoid, required_capabilities, security_level, ready_at }: QueueEntry,
  healthy: readonly AgentRecord[],
  now: number,
): AgentRecord | undefined {
  const other = candidates.find(({ agent_id }) => !avoid.includes(agent_id));
  if (other !== undefined || avoid.length === 0 || now - ready_at >= AVOID_FOR_MS) return other ?? candidates[0];
  const busy = healthy.some(
    (agent) =>
      !avoid.includes(agent.agent_id) &&
      hasCapabilities(agent, required_capabilities) &&
      isCleared(agent.clearance, security_level),
  );
  return busy ? undefined : candidates[0];
}
