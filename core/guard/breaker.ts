/**
 * A circuit breaker, as an event-sourced aggregate for each agent, and each asset or endpoint of one, that ever failed enough.
 *
 *   closed ──failures──▶ open ──its time is over──▶ half open ──the one that tried it succeeds──▶ closed
 *                          ▲                            │
 *                          └──────── it fails ──────────┘
 *
 * It becomes half open by the clock alone. One ticket at a time may try it then, and is named in the commit that assigns
 * it: an outcome of any other attempt, one from before the opening say, moves nothing.
 */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { ByOperator } from '../ticket/events.ts';

export const agentBreaker = (agentId: string): string => `agent:${agentId}`;
/** @param touched as `touchedOf` has it: an asset, or an endpoint of one */
export const assetBreaker = (touched: string): string => `asset:${touched}`;

export type BreakerEvent =
  | {
      readonly type: 'BreakerOpened';
      readonly key: string;
      readonly cause: 'failures' | 'trial_failed';
      /** epoch ms from which on it is half open */
      readonly until: number;
      /** what it opened by: `<aggregate>@<version>` */
      readonly events: readonly string[];
    }
  /** An attempt is to find out; from `give_up_at` on (epoch ms) another one may. */
  | {
      readonly type: 'BreakerTried';
      readonly key: string;
      readonly ticket_id: string;
      readonly attempt: number;
      readonly give_up_at: number;
    }
  /** The attempt is over, and found out nothing. */
  | { readonly type: 'BreakerTrialDropped'; readonly key: string; readonly ticket_id: string; readonly attempt: number }
  | {
      readonly type: 'BreakerClosed';
      readonly key: string;
      readonly cause: 'trial_succeeded' | 'operator';
      readonly operator?: ByOperator;
    };

export interface Trial {
  readonly ticket_id: string;
  readonly attempt: number;
  readonly give_up_at: number;
}

export interface BreakerState {
  readonly key: string;
  readonly phase: 'closed' | 'open';
  /** epoch ms of its last opening or closing */
  readonly since: number;
  /** epoch ms from which on it is half open; of one that is open */
  readonly until?: number;
  /** openings since it was closed */
  readonly opened: number;
  readonly trial?: Trial;
}

export type BreakerPhase = 'closed' | 'open' | 'half_open';

export function phaseAt(state: BreakerState | undefined, now: number): BreakerPhase {
  if (state?.phase !== 'open') return 'closed';
  return now < (state.until ?? 0) ? 'open' : 'half_open';
}

/** It is half open, and no attempt is finding out already. */
export const mayTry = (state: BreakerState, now: number): boolean =>
  phaseAt(state, now) === 'half_open' && (state.trial === undefined || state.trial.give_up_at <= now);

/** How an attempt ended for what it used. */
export interface Outcome {
  readonly key: string;
  /** `<aggregate>@<version>` of the event that tells it */
  readonly event: string;
  readonly ticket_id: string;
  readonly attempt: number;
  /** epoch ms */
  readonly at: number;
  /** `unknown`: its end says nothing of what it used */
  readonly how: 'succeeded' | 'failed' | 'unknown';
}

/** What an outcome does to a breaker that is open; undefined: nothing, as it is not the trial's. */
export function judgeTrial(state: BreakerState, outcome: Outcome, open_ms: number): BreakerEvent | undefined {
  const { trial, key } = state;
  const { ticket_id, attempt, at, event } = outcome;
  if (state.phase !== 'open' || trial?.ticket_id !== ticket_id || trial.attempt !== attempt) return undefined;
  if (outcome.how === 'succeeded') return { type: 'BreakerClosed', key, cause: 'trial_succeeded' };
  if (outcome.how === 'unknown') return { type: 'BreakerTrialDropped', key, ticket_id, attempt };
  return { type: 'BreakerOpened', key, cause: 'trial_failed', until: at + open_ms, events: [event] };
}

/** @throws HiveError BREAKER_TRANSITION_INVALID (500), naming the phase and the event */
export function reduceBreaker(
  before: BreakerState | undefined,
  { event, at }: Pick<Recorded<BreakerEvent>, 'event' | 'at'>,
): BreakerState {
  const state: BreakerState = before ?? { key: event.key, phase: 'closed', since: 0, opened: 0 };
  const { trial, ...rest } = state;
  const isOpen = state.phase === 'open';
  switch (event.type) {
    case 'BreakerOpened':
      // Failures open what is closed, a trial's failure what is open.
      if (isOpen !== (event.cause === 'trial_failed')) return refuse(state, event);
      return { ...rest, phase: 'open', since: at, until: event.until, opened: state.opened + 1 };
    case 'BreakerTried': {
      if (!mayTry(state, at)) return refuse(state, event);
      const { ticket_id, attempt, give_up_at } = event;
      return { ...state, trial: { ticket_id, attempt, give_up_at } };
    }
    case 'BreakerTrialDropped':
      if (!isOpen || trial?.ticket_id !== event.ticket_id || trial.attempt !== event.attempt)
        return refuse(state, event);
      return rest;
    case 'BreakerClosed':
      if (!isOpen) return refuse(state, event);
      return { key: state.key, phase: 'closed', since: at, opened: 0 };
  }
}

function refuse({ key, phase }: BreakerState, event: BreakerEvent): never {
  throw new HiveError('BREAKER_TRANSITION_INVALID', `A breaker that is ${phase} cannot take ${event.type}.`, {
    status: 500,
    detail: { key, phase, event: event.type },
  });
}
