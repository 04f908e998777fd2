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
  readonly agents: { readonly agent: AgentRecord; readonly free: number }[];
  capacity: number;
  held: number;
}

/**
 * Zone by zone. An agent's second free slot stands as if the first were taken: so equals share a round.
 * @param tickets of the round: more slots of one agent are never of use
 */
export function slotsOf(agents: readonly AgentRecord[], tickets: number): Slots {
  const locations: AgentRecord['location'][] = [];
  const byName = new Map<string, Zone>();
  for (const agent of agents) {
    const name = zoneOf(agent.location);
    let zone = byName.get(name);
    if (zone === undefined) {
      zone = { number: locations.push(agent.location) - 1, agents: [], capacity: 0, held: 0 };
      byName.set(name, zone);
    }
    const free = freeSlots(agent);
    zone.agents.push({ agent, free });
    zone.capacity += agent.capacity;
    zone.held += agent.capacity - free;
  }
  const slots: Slot[] = [];
  for (const { number: zone, agents, capacity, held } of byName.values()) {
    const taken_in_zone = held / capacity;
    for (const { agent, free } of agents) {
      const held = agent.capacity - free;
      for (let nth = 0; nth < Math.min(free, tickets); nth++) {
        const taken = (held + nth) / agent.capacity;
        slots.push({ agent, free, zone, wait_ms: 0, taken, taken_in_zone });
      }
    }
  }
  return { slots, zones: locations };
}
