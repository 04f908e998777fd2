/** The columns of a round: each slot that is free. */
import { type AgentRecord, freeSlots } from '../agent.ts';
import { type Standing, zoneOf } from './cost.ts';

export interface Slot extends Standing {
  readonly agent: AgentRecord;
  /** slots that its agent has free */
  readonly free: number;
  /** its zone's number */
  readonly zone: number;
}

export interface Slots {
  readonly slots: readonly Slot[];
  /** where each zone is, by its number */
  readonly zones: readonly AgentRecord['location'][];
}

interface Zone {
  readonly number: number;
  capacity: number;
  held: number;
}

/**
 * An agent's second free slot stands as if the first were taken: so equals share a round.
 * @param tickets of the round: more slots of one agent are never of use
 */
export function slotsOf(agents: readonly AgentRecord[], tickets: number): Slots {
  const zones: AgentRecord['location'][] = [];
  const byName = new Map<string, Zone>();
  const standings = agents.map((agent) => {
    const name = zoneOf(agent.location);
    let zone = byName.get(name);
    if (zone === undefined) {
      zone = { number: zones.push(agent.location) - 1, capacity: 0, held: 0 };
      byName.set(name, zone);
    }
    const free = freeSlots(agent);
    zone.capacity += agent.capacity;
    zone.held += agent.capacity - free;
    return { agent, free, zone };
  });
  const slots: Slot[] = [];
  for (const { agent, free, zone } of standings) {
    const common = { agent, free, zone: zone.number, taken_in_zone: zone.held / zone.capacity };
    const held = agent.capacity - free;
    for (let nth = 0; nth < Math.min(free, tickets); nth++)
      slots.push({ ...common, wait_ms: 0, taken: (held + nth) / agent.capacity });
  }
  return { slots, zones };
}
