/**
 * Of a swarm too large to look at for every ticket, some agents by chance: the best of a thousand is nearly as good as the
 * best of ten thousand, and chance lets everybody be among them. Whoever may run none of the tickets is left out first, so
 * that no ticket goes without for being rare in what it asks.
 */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import { type AgentRecord, freeSlots } from '../agent.ts';
import type { MatchContext } from '../match.ts';
import { createEligible, wantedKey } from './eligible.ts';

/** Agents that a round looks at, for each level of clearance that its tickets ask for. */
export const SAMPLE = 1000;
/** Of a sample, those that have a slot free, where there are so many: the others are worth waiting for, perhaps. */
const FREE_SHARE = 0.75;

export function sampleAgents(
  entries: readonly QueueEntry[],
  agents: readonly AgentRecord[],
  { now, random }: Pick<MatchContext, 'now' | 'random'>,
  most: number = SAMPLE,
): readonly AgentRecord[] {
  if (agents.length <= most) return agents;
  const eligible = createEligible(agents, now);
  const kinds = new Map(entries.map((entry) => [wantedKey(entry), entry]));
  const chosen = new Set<AgentRecord>();
  for (const entry of kinds.values()) {
    const able = eligible(entry);
    const free = able.filter((agent) => freeSlots(agent) > 0);
    const busy = able.filter((agent) => freeSlots(agent) <= 0);
    const ofFree = Math.min(free.length, Math.max(Math.ceil(most * FREE_SHARE), most - busy.length));
    for (const agent of [...draw(free, ofFree, random), ...draw(busy, most - ofFree, random)]) chosen.add(agent);
  }
  return [...chosen];
}

/** So many of them, each as likely as the other (the first steps of a Fisher–Yates shuffle). */
function draw(agents: AgentRecord[], wanted: number, random: () => number): AgentRecord[] {
  const many = Math.min(wanted, agents.length);
  for (let at = 0; at < many; at++) {
    const other = at + Math.floor(random() * (agents.length - at));
    [agents[at], agents[other]] = [agents[other] as AgentRecord, agents[at] as AgentRecord];
  }
  return agents.slice(0, many);
}
