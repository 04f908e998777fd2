/** Who may run a ticket at all. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from '../agent.ts';
import { AVOID_FOR_MS } from '../match.ts';

/** What is asked of an agent, but for what is between it and this very ticket. */
export type Wanted = Pick<QueueEntry, 'required_capabilities' | 'security_level' | 'tenant_id'>;

/** Tickets of the same key want the same of agents. */
export function wantedKey({ required_capabilities, security_level, tenant_id }: Wanted): string {
  // Most want one capability, and a round asks for each of its tickets: no level begins as JSON does.
  if (required_capabilities.length === 1) return `${security_level}\n${tenant_id}\n${required_capabilities[0]}`;
  return JSON.stringify([security_level, tenant_id, ...required_capabilities]);
}

export const mayRun = (agent: AgentRecord, { required_capabilities, security_level, tenant_id }: Wanted): boolean =>
  worksFor(agent, tenant_id) &&
  isCleared(agent.clearance, security_level) &&
  hasCapabilities(agent, required_capabilities);

/** One that was enrolled for tenants works for those alone. */
export const worksFor = ({ tenants = [] }: AgentRecord, tenant: string): boolean =>
  tenants.length === 0 || tenants.includes(tenant);

/** Of the agents known at a moment; busy ones too. */
export type Eligible = (wanted: Wanted) => readonly AgentRecord[];

/** The healthy ones that may run it; where none of them has a slot free, the degraded ones as well, as a last resort. */
export function createEligible(agents: readonly AgentRecord[], now: number): Eligible {
  const there = { HEALTHY: [] as AgentRecord[], DEGRADED: [] as AgentRecord[] };
  for (const agent of agents) {
    const health = healthOf(agent, now);
    if (health === 'HEALTHY' || health === 'DEGRADED') there[health].push(agent);
  }
  const healthyWith = byCapability(there.HEALTHY);
  const known = new Map<string, readonly AgentRecord[]>();
  const find = (wanted: Wanted): readonly AgentRecord[] => {
    const able = (agent: AgentRecord) => mayRun(agent, wanted);
    const [first] = wanted.required_capabilities;
    const healthy = (first === undefined ? there.HEALTHY : (healthyWith.get(first) ?? [])).filter(able);
    return healthy.some((agent) => freeSlots(agent) > 0) ? healthy : [...healthy, ...there.DEGRADED.filter(able)];
  };
  return (wanted) => {
    const key = wantedKey(wanted);
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(wanted);
    known.set(key, found);
    return found;
  };
}

function byCapability(agents: readonly AgentRecord[]): Map<string, AgentRecord[]> {
  const lists = new Map<string, AgentRecord[]>();
  for (const agent of agents)
    for (const capability of agent.capabilities) {
      const list = lists.get(capability);
      if (list === undefined) lists.set(capability, [agent]);
      else list.push(agent);
    }
  return lists;
}

export const holds = (agent: AgentRecord, { ticket_id }: QueueEntry): boolean => agent.held[ticket_id] !== undefined;

/**
 * What an earlier attempt failed on is left alone as long as there is another one, if only a busy one, and the ticket has
 * not waited for it for `AVOID_FOR_MS`.
 *
 * @param eligible those that may run it
 */
export function avoidsStrictly(
  { avoid, ready_at }: QueueEntry,
  eligible: readonly AgentRecord[],
  now: number,
): boolean {
  if (avoid.length === 0 || now - ready_at >= AVOID_FOR_MS) return false;
  return eligible.some(({ agent_id }) => !avoid.includes(agent_id));
}
