/**
 * Where an agent stands on the ladder HEALTHY → DEGRADED → UNHEALTHY → REMOVED, as the ledger has it: an aggregate of its
 * own (`HEALTH#<agent_id>`), with a copy on the agent's item that rounds read.
 */
import { HiveError } from '../../errors.ts';
import type { Head, Recorded } from '../../ledger/chain.ts';
import type { ByOperator } from '../../ticket/events.ts';

/** from best to worst */
export const RUNGS = ['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'REMOVED'] as const;
export type Rung = (typeof RUNGS)[number];

export const HEALTH_REASONS = [
  /** no sign of life, and no probe answered */
  'silent',
  /** its attempts fail more often than others' at the same work */
  'failing',
  /** it takes far longer than others at the same work */
  'slow',
  /** attempts in a row that it did not claim, gave no sign of life for, or never ended */
  'losing',
  /** what was held against it has not shown again */
  'recovered',
  /** nothing new is known: it gets a chance to show what it can do */
  'probation',
  /** it gives signs of life again */
  'back',
] as const;
export type HealthReason = (typeof HEALTH_REASONS)[number];

/** What was known when the agent changed its rung: the same again is nothing new. */
export interface Known {
  /** epoch ms */
  readonly at: number;
  /** attempts, as evaporated by then */
  readonly evidence: number;
  /** attempts in a row that were lost to it */
  readonly lost: number;
}

/** Numbers behind a change, for whoever reads it; absent where nothing is known. */
export interface HealthFigures {
  readonly silent_ms: number;
  readonly lost_in_a_row: number;
  readonly evidence: number;
  /** probability that an attempt fails: its own, and of others at the same work */
  readonly failure?: number;
  readonly failure_expected?: number;
  /** how many times longer than others at the same work */
  readonly slowness?: number;
}

export interface HealthState {
  readonly agent_id: string;
  readonly health: Rung;
  /** epoch ms */
  readonly since: number;
  /** epoch ms of its last fall; absent: it never fell */
  readonly fell_at?: number;
  readonly reasons: readonly HealthReason[];
  /** falls that followed soon on a rise: each doubles how long it has to wait for the next */
  readonly relapses: number;
  readonly known?: Known;
  /** an operator wants it to take nothing more */
  readonly draining?: Said;
  /** security has set it apart: it is given nothing, and nothing that it says of a ticket counts */
  readonly quarantined?: Said;
  /** whose agent it is by security's last word; what it said may have been taken up by another since, where it was nobody */
  readonly handed_over?: Said & { readonly to?: string };
}

/** Somebody's word on an agent; epoch ms. */
export interface Said {
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

export interface RungChange {
  readonly from: Rung;
  readonly to: Rung;
  readonly reasons: readonly HealthReason[];
  readonly relapses: number;
  readonly known: Known;
  readonly figures: HealthFigures;
}

export type HealthEvent =
  | ({ readonly type: 'AgentDegraded' | 'AgentUnhealthy' | 'AgentRemoved' | 'AgentRecovered' } & RungChange)
  | ({ readonly type: 'AgentDraining' | 'AgentUndrained' } & ByOperator)
  | ({ readonly type: 'AgentQuarantined' | 'AgentReleased' } & ByOperator)
  /** another principal's from now on; without `to`: whose it is registered by next. `from`: whose it was */
  | ({ readonly type: 'AgentHandedOver'; readonly from?: string; readonly to?: string } & ByOperator);

export interface HealthRecord {
  readonly head: Head;
  readonly state: HealthState;
}

/** An agent of which nothing was ever recorded. */
export const unmarked = (agent_id: string): HealthState => ({
  ...{ agent_id, health: 'HEALTHY', since: 0, reasons: [], relapses: 0 },
});

/** @throws HiveError HEALTH_TRANSITION_INVALID (500) */
export function reduceHealth(
  before: HealthState | undefined,
  { event, at, aggregate }: Recorded<HealthEvent>,
): HealthState {
  const state = before ?? unmarked(aggregate.slice(aggregate.indexOf('#') + 1));
  switch (event.type) {
    case 'AgentDraining':
      if (state.draining !== undefined) throw invalid(state, event.type);
      return { ...state, draining: { by: event.by, why: event.why, at } };
    case 'AgentUndrained': {
      const { draining, ...rest } = state;
      if (draining === undefined) throw invalid(state, event.type);
      return rest;
    }
    case 'AgentQuarantined':
      if (state.quarantined !== undefined) throw invalid(state, event.type);
      return { ...state, quarantined: { by: event.by, why: event.why, at } };
    case 'AgentReleased': {
      const { quarantined, ...rest } = state;
      if (quarantined === undefined) throw invalid(state, event.type);
      return rest;
    }
    case 'AgentHandedOver': {
      const { by, why, to } = event;
      return { ...state, handed_over: { by, why, at, ...(to !== undefined && { to }) } };
    }
    default: {
      const { from, to, reasons, relapses, known } = event;
      if (from !== state.health || from === to) throw invalid(state, event.type);
      const falls = RUNGS.indexOf(to) > RUNGS.indexOf(from);
      return { ...state, health: to, since: at, ...(falls && { fell_at: at }), reasons, relapses, known };
    }
  }
}

const invalid = ({ agent_id, health, draining, quarantined }: HealthState, type: string): HiveError =>
  new HiveError(
    'HEALTH_TRANSITION_INVALID',
    `An agent that is ${health}${draining ? ' and draining' : ''}${quarantined ? ' and quarantined' : ''} cannot take ${type}.`,
    { status: 500, detail: { agent_id, event: type } },
  );
