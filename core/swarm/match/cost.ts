/**
 * What it costs to give a ticket to an agent: the time until it is done, expected, and what speaks against the agent
 * besides. All of it is in ms, so that it adds up and can be told.
 *
 * cost = (wait + duration) / success + failure_ms × (1 − success) / success + distance + spread + avoid
 *
 * The first two terms are the expected time of attempts that are repeated until one succeeds (a geometric number of them,
 * 1 / success on average), so an agent that fails at once does not look fast. Distance and spread are shares of the ticket's
 * own estimate, so what speaks between equals never outweighs being twice as fast, and a cost is linear in the estimate.
 */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { AgentRecord } from '../agent.ts';
import { AVOID_FOR_MS } from '../match.ts';

export interface CostSettings {
  /** ms that a failed attempt costs besides its own time: it is reported, backed off from and queued again */
  readonly failure_ms: number;
  /** data or people in another zone of the region: ms, but never more than this share of the estimate */
  readonly other_zone: Distance;
  readonly other_region: Distance;
  /** share of the estimate that an agent costs more with all its slots taken than with none */
  readonly agent_spread: number;
  /** the same for a zone's slots */
  readonly zone_spread: number;
  /** ms that an agent costs more which an earlier attempt failed on: as long as one would wait for another */
  readonly avoid_ms: number;
}

export interface Distance {
  readonly ms: number;
  readonly at_most: number;
}

export const COST_SETTINGS: CostSettings = {
  failure_ms: 10_000,
  other_zone: { ms: 500, at_most: 0.01 },
  other_region: { ms: 5_000, at_most: 0.1 },
  agent_spread: 0.05,
  zone_spread: 0.02,
  avoid_ms: AVOID_FOR_MS,
};

/** Of an agent on a kind of work: duration ÷ estimated duration, and the probability that an attempt succeeds. */
export interface Belief {
  readonly ratio: number;
  readonly success: number;
}

/** Nothing is held to fail always: what costs infinitely much could not be compared with another one that does. */
export const LEAST_SUCCESS = 0.01;

/** How an agent stands at the moment. */
export interface Standing {
  /** ms until it could begin */
  readonly wait_ms: number;
  /** 0–1: slots that are taken, of its own and of its zone's */
  readonly taken: number;
  readonly taken_in_zone: number;
}

/** Times in ms. */
export interface Cost {
  readonly cost_ms: number;
  readonly wait_ms: number;
  readonly duration_ms: number;
  /** 0–1 */
  readonly success: number;
  /** expected for the attempts that fail, besides their own time */
  readonly failure_ms: number;
  readonly distance_ms: number;
  readonly spread_ms: number;
  readonly avoid_ms: number;
}

type Located = Pick<QueueEntry, 'estimated_duration_ms' | 'location'>;
type Costed = Located & Pick<QueueEntry, 'avoid'>;

export function costOf(
  entry: Costed,
  { agent_id, location }: Pick<AgentRecord, 'agent_id' | 'location'>,
  { ratio, success: believed }: Belief,
  { wait_ms, taken, taken_in_zone }: Standing,
  settings: CostSettings,
): Cost {
  const estimate = entry.estimated_duration_ms;
  const duration_ms = estimate * ratio;
  const success = Math.max(LEAST_SUCCESS, believed);
  const failure_ms = (settings.failure_ms * (1 - success)) / success;
  const distance_ms = distanceOf(entry, location, settings);
  const spread_ms = estimate * (settings.agent_spread * taken + settings.zone_spread * taken_in_zone);
  const avoid_ms = entry.avoid.includes(agent_id) ? settings.avoid_ms : 0;
  const cost_ms = (wait_ms + duration_ms) / success + failure_ms + distance_ms + spread_ms + avoid_ms;
  return { cost_ms, wait_ms, duration_ms, success, failure_ms, distance_ms, spread_ms, avoid_ms };
}

/** ms; 0 for a ticket that is at home everywhere. An agent that does not tell its zone may be in any. */
export function distanceOf(
  { estimated_duration_ms, location: from }: Located,
  to: AgentRecord['location'],
  { other_zone, other_region }: Pick<CostSettings, 'other_zone' | 'other_region'>,
): number {
  if (from === undefined) return 0;
  if (from.region !== to.region) return far(other_region, estimated_duration_ms);
  return from.zone === undefined || from.zone === to.zone ? 0 : far(other_zone, estimated_duration_ms);
}

const far = ({ ms, at_most }: Distance, estimate: number): number => Math.min(ms, at_most * estimate);

/** Names a zone in the world; agents of one are equally far from everything. */
export const zoneOf = ({ region, zone = '' }: AgentRecord['location']): string => `${region}/${zone}`;
