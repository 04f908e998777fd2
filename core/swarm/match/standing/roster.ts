/** The agents of an index by number: what a search reads of each of them, in arrays side by side. */
import {
  type AgentHealth,
  type AgentRecord,
  healthOf,
  heartbeats,
  MISSED_HEARTBEATS_UNTIL_SILENT,
} from '../../agent.ts';
import { doubled } from './doubled.ts';
import type { Place } from './lane.ts';

export interface Zone {
  readonly location: AgentRecord['location'];
  capacity: number;
  held: number;
}

/** An agent as the index has it. */
export interface Member {
  /** its place in the arrays; another one's once this one has left */
  readonly number: number;
  readonly zone: Zone;
  readonly agent_id: string;
  agent: AgentRecord;
  /** of the agent, and what else is asked of it often: records lie far apart */
  capacity: number;
  degraded: boolean;
  /** the tickets in its slots: a list is quicker to look through than a record that is like no other */
  held: readonly string[];
  free: number;
  places: Place[];
  /** those out of which it was taken when it was come by and had no slot, or was silent, and has not been open since */
  hidden: Place[];
}

export interface Roster {
  /** epoch ms until which it is healthy with a slot free, unless it is heard of again; -Infinity: it is not */
  openUntil: Float64Array;
  /** 0–1: its slots that are taken */
  taken: Float64Array;
  size: number;
  readonly vacant: number[];
}

const SMALLEST = 64;

export const createRoster = (): Roster => ({
  openUntil: new Float64Array(SMALLEST),
  taken: new Float64Array(SMALLEST),
  size: 0,
  vacant: [],
});

export function enlist(roster: Roster, agent: AgentRecord, zone: Zone): Member {
  const number = roster.vacant.pop() ?? roster.size++;
  if (number >= roster.taken.length) {
    roster.openUntil = doubled(roster.openUntil);
    roster.taken = doubled(roster.taken);
  }
  const { agent_id, capacity } = agent;
  // Written out: what is spread into an object lies outside of it, one more place in memory to read.
  const member: Member = {
    number,
    zone,
    agent_id,
    agent,
    capacity,
    degraded: false,
    held: [],
    free: 0,
    places: [],
    hidden: [],
  };
  update(roster, member, agent);
  return member;
}

/** The agent as it is now; its zone's slots are counted by the caller. */
export function update(roster: Roster, member: Member, agent: AgentRecord): void {
  const held = Object.keys(agent.held);
  const { capacity } = agent;
  const free = capacity - held.length;
  const health = healthOf(agent, agent.heartbeat_at);
  member.agent = agent;
  member.capacity = capacity;
  member.degraded = health === 'DEGRADED';
  member.held = held;
  member.free = free;
  roster.openUntil[member.number] = free > 0 ? healthyUntil(agent, health) : -Infinity;
  roster.taken[member.number] = (capacity - free) / capacity;
}

export const discharge = (roster: Roster, { number }: Member): void => {
  roster.vacant.push(number);
};

/**
 * `healthOf` for all times at once: epoch ms from which on it is silent; -Infinity: it is not healthy, silent or not.
 * @param health when it was last heard of
 */
export function healthyUntil(agent: AgentRecord, health: AgentHealth = healthOf(agent, agent.heartbeat_at)): number {
  if (health !== 'HEALTHY') return -Infinity;
  if (!heartbeats(agent)) return Infinity;
  return agent.heartbeat_at + MISSED_HEARTBEATS_UNTIL_SILENT * agent.heartbeat_interval_ms;
}
