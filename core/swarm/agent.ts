/** An agent as the orchestrator knows it, and what may be said of it at a moment. */
import type { AgentRegistration } from '../messages/agent-api.ts';
import { SECURITY_LEVELS, type SecurityLevel } from '../messages/primitives.ts';
import type { HealthState } from './health/state.ts';

export interface Held {
  readonly plan_id: string;
  readonly task_id: string;
  readonly attempt: number;
  /** epoch ms of the assignment; absent, like the two below, where the slot was taken before this was kept */
  readonly since?: number;
  /** the plan's estimate of its duration, ms: what an agent makes of it is learnt, and may have changed since */
  readonly expected_ms?: number;
  /** the kind of work, as its plan names it */
  readonly task_type?: string;
}

export interface AgentRecord extends Omit<AgentRegistration, 'inbox_url'> {
  readonly inbox_url: string;
  readonly status: 'active' | 'draining' | 'removed';
  readonly registered_at: number;
  /** epoch ms of its last sign of life */
  readonly heartbeat_at: number;
  /** what fills its slots, by ticket id: a set, so taking or freeing twice changes nothing */
  readonly held: Readonly<Record<string, Held>>;
  /** where it stands on the ladder, as the ledger has it; absent: nothing was ever recorded */
  readonly standing?: HealthState;
  /**
   * who registered it, or gave a sign of life of it, first, as the edge knows them, or to whom security gave it since: nobody
   * else speaks for it, also once it was removed; absent: nobody's yet
   */
  readonly owner?: string;
  /** who had it, where security has taken it from them for whoever comes next: them it does not take; absent once it is somebody's */
  readonly given_up_by?: string;
  /** whose tickets it may have, as its enrolment says; absent or empty: everybody's */
  readonly tenants?: readonly string[];
  /** attempts lost to it since it last answered for one; absent: none */
  readonly lost_in_a_row?: number;
}

/**
 * What an agent does not say of itself: it stays when it registers anew.
 * @param owner whose call registers it; undefined: nobody counts
 */
export const historyOf = (
  before: AgentRecord | undefined,
  owner: string | undefined,
): Pick<AgentRecord, 'held' | 'standing' | 'owner' | 'given_up_by' | 'lost_in_a_row'> => ({
  held: before?.held ?? {},
  ...(before?.standing && { standing: before.standing }),
  ...(before?.owner !== undefined && { owner: before.owner }),
  ...(owner === undefined && before?.given_up_by !== undefined && { given_up_by: before.given_up_by }),
  ...(before?.lost_in_a_row && { lost_in_a_row: before.lost_in_a_row }),
});

/** It is another's, or was taken from this principal and is nobody's yet. */
export const isKeptFrom = (
  { owner, given_up_by }: Pick<AgentRecord, 'owner' | 'given_up_by'>,
  principal: string,
): boolean => (owner === undefined ? given_up_by === principal : owner !== principal);

/** An agent is silent once it has missed this many heartbeats in a row (domain: 15 s at one every 5 s). */
export const MISSED_HEARTBEATS_UNTIL_SILENT = 3;

/**
 * A heartbeat after this many missed ones asks for a round. One less than makes it silent: a round that ran a moment
 * before this heartbeat was written may have passed the agent over, by a clock that was ahead.
 */
export const MISSED_HEARTBEATS_UNTIL_WAKE = MISSED_HEARTBEATS_UNTIL_SILENT - 1;

export type AgentHealth = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY' | 'DRAINING' | 'QUARANTINED' | 'REMOVED';

/** Programs tell that they live; a person is there until they leave. */
export const heartbeats = ({ kind }: Pick<AgentRecord, 'kind'>): boolean => kind !== 'human';

/** By the clock alone, whatever is recorded. */
export const isSilent = (agent: AgentRecord, now: number): boolean =>
  heartbeats(agent) && missedHeartbeats(agent, now) >= MISSED_HEARTBEATS_UNTIL_SILENT;

/** Security has set it apart. */
export const isQuarantined = ({ standing }: Pick<AgentRecord, 'standing'>): boolean =>
  standing?.quarantined !== undefined;

/** It may take tickets: it has not left, nobody wants it to, and it is not set apart. */
export const takesWork = (agent: AgentRecord): boolean =>
  agent.status === 'active' && agent.standing?.draining === undefined && !isQuarantined(agent);

/** Rounds may count on it; a DEGRADED one only where there is no other. */
export const mayBeMatched = (agent: AgentRecord, now: number): boolean =>
  ['HEALTHY', 'DEGRADED'].includes(healthOf(agent, now));

/**
 * What an agent is taken for at a moment (epoch ms): what is recorded of it, but for its silence, which the clock tells
 * before anybody can record it, and for its first sign of life after it, when it is there as a last resort at once.
 */
export function healthOf(agent: AgentRecord, now: number): AgentHealth {
  if (agent.status === 'removed') return 'REMOVED';
  if (isQuarantined(agent)) return 'QUARANTINED';
  if (isSilent(agent, now)) return 'UNHEALTHY';
  if (!takesWork(agent)) return 'DRAINING';
  const { health, reasons } = agent.standing ?? { health: 'HEALTHY', reasons: [] };
  if (health === 'HEALTHY' || health === 'DEGRADED') return health;
  return reasons.every((reason) => reason === 'silent') ? 'DEGRADED' : 'UNHEALTHY';
}

/** How long the agent has not been heard of, in its own heartbeats. */
export const missedHeartbeats = (agent: AgentRecord, now: number): number =>
  (now - agent.heartbeat_at) / agent.heartbeat_interval_ms;

export const freeSlots = (agent: AgentRecord): number => agent.capacity - Object.keys(agent.held).length;

export const hasCapabilities = (agent: Pick<AgentRecord, 'capabilities'>, required: readonly string[]): boolean =>
  required.every((capability) => agent.capabilities.includes(capability));

export const isCleared = (clearance: SecurityLevel, level: SecurityLevel): boolean =>
  SECURITY_LEVELS.indexOf(level) <= SECURITY_LEVELS.indexOf(clearance);
