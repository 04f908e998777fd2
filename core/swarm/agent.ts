/** An agent as the orchestrator knows it, and what may be said of it at a moment. */
import type { AgentRegistration } from '../messages/agent-api.ts';
import { SECURITY_LEVELS, type SecurityLevel } from '../messages/primitives.ts';

export interface Held {
  readonly plan_id: string;
  readonly task_id: string;
  readonly attempt: number;
}

export interface AgentRecord extends Omit<AgentRegistration, 'inbox_url'> {
  readonly inbox_url: string;
  readonly status: 'active' | 'draining' | 'removed';
  readonly registered_at: number;
  /** epoch ms of its last sign of life */
  readonly heartbeat_at: number;
  /** what fills its slots, by ticket id: a set, so taking or freeing twice changes nothing */
  readonly held: Readonly<Record<string, Held>>;
}

/** An agent is suspect once it has missed this many heartbeats in a row (domain: 15 s at one every 5 s). */
export const MISSED_HEARTBEATS_UNTIL_SUSPECT = 3;

/**
 * A heartbeat after this many missed ones asks for a round. One less than makes it suspect: a round that ran a moment
 * before this heartbeat was written may have passed the agent over, by a clock that was ahead.
 */
export const MISSED_HEARTBEATS_UNTIL_WAKE = MISSED_HEARTBEATS_UNTIL_SUSPECT - 1;

export type AgentHealth = 'HEALTHY' | 'SUSPECT' | 'DRAINING' | 'REMOVED';

export function healthOf(agent: AgentRecord, now: number): AgentHealth {
  if (agent.status === 'removed') return 'REMOVED';
  if (missedHeartbeats(agent, now) >= MISSED_HEARTBEATS_UNTIL_SUSPECT) return 'SUSPECT';
  return agent.status === 'draining' ? 'DRAINING' : 'HEALTHY';
}

/** How long the agent has not been heard of, in its own heartbeats. */
export const missedHeartbeats = (agent: AgentRecord, now: number): number =>
  (now - agent.heartbeat_at) / agent.heartbeat_interval_ms;

export const freeSlots = (agent: AgentRecord): number => agent.capacity - Object.keys(agent.held).length;

export const hasCapabilities = (agent: Pick<AgentRecord, 'capabilities'>, required: readonly string[]): boolean =>
  required.every((capability) => agent.capabilities.includes(capability));

export const isCleared = (clearance: SecurityLevel, level: SecurityLevel): boolean =>
  SECURITY_LEVELS.indexOf(level) <= SECURITY_LEVELS.indexOf(clearance);
