/** The plainest matcher, that knows nothing of durations: the peer that the others are measured against. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from '../agent.ts';
import { AVOID_FOR_MS, type Match, type Matcher } from '../match.ts';

const CANDIDATES_TOLD = 5;

/** Each ticket in turn gets the first capable, cleared and healthy agent with a free slot; agents in order of their id. */
export const firstCapable: Matcher = (entries, agents, { now }) => {
  const free = new Map(agents.map((agent) => [agent.agent_id, freeSlots(agent)]));
  const there = [...agents].sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
  const [healthy = [], degraded = []] = (['HEALTHY', 'DEGRADED'] as const).map((health) =>
    there.filter((agent) => healthOf(agent, now) === health),
  );
  const slotsOf = (agent: AgentRecord) => free.get(agent.agent_id) ?? 0;
  const matches: Match[] = [];
  entries.forEach((entry, position) => {
    const able = ({ capabilities, clearance }: AgentRecord) =>
      hasCapabilities({ capabilities }, entry.required_capabilities) && isCleared(clearance, entry.security_level);
    // Degraded ones are the last resort: not while a healthy one is there but busy.
    const usable = healthy.some(able) ? healthy.filter(able) : degraded.filter(able);
    const candidates = usable.filter((agent) => slotsOf(agent) > 0 && agent.held[entry.ticket_id] === undefined);
    const agent = prefer(candidates, entry, usable, now);
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
  { avoid, ready_at }: QueueEntry,
  usable: readonly AgentRecord[],
  now: number,
): AgentRecord | undefined {
  const other = candidates.find(({ agent_id }) => !avoid.includes(agent_id));
  if (other !== undefined || avoid.length === 0 || now - ready_at >= AVOID_FOR_MS) return other ?? candidates[0];
  const busy = usable.some(({ agent_id }) => !avoid.includes(agent_id));
  return busy ? undefined : candidates[0];
}
