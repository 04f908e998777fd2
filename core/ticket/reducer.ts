/**
 * The ticket's state machine, pure: state × event → state. Which events a phase takes is said by `TICKET_TRANSITIONS`;
 * whatever is not listed there is an error, never ignored.
 *
 *   created ─▶ gated ─▶ ready ─▶ assigned ─▶ running ─▶ completed ─▶ compensating ─▶ compensated
 *      └──────────────────▲ ▲        └────────┬─┘ └───▶ failed
 *                         │ └── backing_off ◀─┘        any phase before the end ─▶ cancelled
 *                     deferred (the plan is paused)
 */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { TicketEvent } from './events.ts';
import type { Failure, FailureCause, TicketBase, TicketIn, TicketState } from './state.ts';
import { TICKET_TRANSITIONS } from './transitions.ts';

type Type = TicketEvent['type'];
type Of<T extends Type> = Recorded<Extract<TicketEvent, { type: T }>>;

/** Agents of failed attempts that are remembered. */
const MAX_AVOIDED = 8;
/** Times that an attempt is given AWS credentials: a day of them, a quarter of an hour each. */
export const MAX_EXCHANGES = 100;
/** Attempts with revoked tokens that are remembered; those before are stale all the same. */
const MAX_REVOKED = 32;

/** @throws HiveError TICKET_TRANSITION_INVALID (500), naming the phase and the event */
export function reduceTicket(state: TicketState | undefined, record: Recorded<TicketEvent>): TicketState {
  const { event } = record;
  if (event.type === 'TicketCreated')
    return state === undefined ? created(record as Of<'TicketCreated'>) : refuse(state, event.type);
  if (state === undefined || !TICKET_TRANSITIONS[event.type].from.includes(state.phase))
    return refuse(state, event.type);
  const next = apply[event.type] as (state: TicketState, record: Recorded<TicketEvent>) => TicketState | undefined;
  return next(state, record) ?? refuse(state, event.type);
}

function created({ event: { spec } }: Of<'TicketCreated'>): TicketState {
  return {
    phase: 'created',
    ticket_id: spec.ticket_id,
    plan_id: spec.plan_id,
    task_id: spec.task_id,
    pool: spec.pool,
    timeout_ms: spec.sla.timeout_ms,
    unmet: spec.gated_by,
    attempts: 0,
    failures: 0,
    unclaimed: 0,
    avoid: [],
    refused: 0,
    ...(spec.compensates === undefined ? {} : { compensates: spec.compensates }),
  };
}

type Apply = {
  readonly [T in Exclude<Type, 'TicketCreated'>]: (state: never, record: Of<T>) => TicketState | undefined;
};

/** Undefined: the phase is right, but what the event says does not fit the state. */
const apply: Apply = {
  TicketGated: (state: TicketIn<'created'>) =>
    state.unmet.length > 0 ? { ...base(state), phase: 'gated' } : undefined,

  TicketReentered: (state: TicketState) => state,

  GateOpened: (state: TicketState, { event }) =>
    state.unmet.includes(event.by) ? { ...state, unmet: state.unmet.filter((id) => id !== event.by) } : undefined,

  TicketReady: (state: TicketState, { event, at }) => {
    if (!mayBecomeReady(state, event)) return undefined;
    const before = base(state);
    const reopened = state.phase === 'awaiting_person' ? { failures: 0 } : {};
    const { queue_key } = event;
    return { ...before, ...reopened, phase: 'ready', unmet: [], ready_at: at, queue_key };
  },

  TicketDeferred: (state: TicketIn<'ready'>, { at }) => ({
    ...base(state),
    phase: 'deferred',
    ready_at: state.ready_at,
    since: at,
  }),

  TicketAssigned: (state: TicketIn<'ready'>, { event, at }) => {
    const { agent_id, attempt, lease_ms, due_at } = event;
    if (attempt !== state.attempts + 1) return undefined;
    const { ready_at } = state;
    return {
      ...base(state),
      phase: 'assigned',
      attempts: attempt,
      agent_id,
      attempt,
      lease_ms,
      ready_at,
      assigned_at: at,
      ...(due_at === undefined ? {} : { person: { from: at, due_at, reminded: 0 } }),
    };
  },

  TicketStarted: (state: TicketIn<'assigned'>, { event, at }) => {
    if (!holds(state, event)) return undefined;
    const { ready_at, lease_ms, person } = state;
    const { agent_id, attempt, claim_digest, timeout_at } = event;
    const claim = { agent_id, attempt, lease_ms, claim_digest, started_at: at };
    const running = { ...base(state), unclaimed: 0, phase: 'running' as const, ...claim, timeout_at, ready_at };
    return person === undefined ? running : { ...running, person };
  },

  TicketReminded: (state: TicketIn<'assigned'> | TicketIn<'running'>, { event }) => {
    const { person } = state;
    // A moment is used once, and with it those before it.
    if (!holds(state, event) || person === undefined || event.nth <= person.reminded) return undefined;
    return { ...state, person: { ...person, reminded: event.nth } };
  },

  TokenRevoked: (state: TicketIn<'assigned'> | TicketIn<'running'>, { event }) => {
    const { revoked_attempts = [] } = state;
    if (!holds(state, event) || revoked_attempts.includes(event.attempt)) return undefined;
    return { ...state, revoked_attempts: [...revoked_attempts, event.attempt].slice(-MAX_REVOKED) };
  },

  TokenExchanged: (state: TicketIn<'running'>, { event }) => {
    const { exchanges = 0 } = state;
    return holds(state, event) && exchanges < MAX_EXCHANGES ? { ...state, exchanges: exchanges + 1 } : undefined;
  },

  AttemptFailed: (state: TicketIn<'assigned'> | TicketIn<'running'>, { event, at }) => {
    if (!holds(state, event) || !fitsPhase(event.cause, state.phase)) return undefined;
    const next = {
      ...base(state),
      ...counted(state, event.cause),
      avoid: avoiding(state.avoid, event.agent_id),
    };
    return { ...next, phase: 'backing_off', since: at, retry_at: event.retry_at, ...failureOf(event) };
  },

  TicketCompleted: (state: TicketIn<'running'>, { event, at }) =>
    holds(state, event) ? { ...base(state), phase: 'completed', ...done(state, event, at) } : undefined,

  TicketFailed: (state: TicketIn<'running'>, { event, at }) => {
    if (!holds(state, event)) return undefined;
    const { agent_id, attempt, lease_ms, claim_digest, started_at, ready_at } = state;
    const claim = { agent_id, attempt, lease_ms, claim_digest, started_at };
    const counted = { ...base(state), failures: state.failures + 1 };
    const { duration_ms, result_digest } = event;
    const digest = result_digest === undefined ? {} : { result_digest };
    return {
      ...counted,
      phase: 'failed',
      ...claim,
      ready_at,
      completed_at: at,
      duration_ms,
      ...digest,
      ...failureOf(event),
    };
  },

  TicketEscalated: (state: TicketIn<'running'>, { event, at }) => {
    if (!holds(state, event) || state.compensates === undefined) return undefined;
    const counted = { ...base(state), failures: state.failures + 1, avoid: avoiding(state.avoid, event.agent_id) };
    return { ...counted, phase: 'awaiting_person', since: at, incident_id: event.incident_id, ...failureOf(event) };
  },

  TicketSkipped: (state: TicketState, { event: { by, why }, at }) => ({
    ...base(state),
    phase: 'skipped',
    completed_at: at,
    by,
    why,
    ...heldBy(state),
  }),

  TicketCancelled: (state: TicketState, { event, at }) => {
    const { reason, after_failure } = event;
    const after = after_failure === undefined ? {} : { after_failure };
    return { ...base(state), phase: 'cancelled', completed_at: at, reason, ...heldBy(state), ...after };
  },

  TicketWithdrawn: (state: TicketState) => ({ ...base(state), phase: 'created' }),

  TicketReopened: (state: TicketState, { event }) => ({
    ...base(state),
    phase: 'created',
    unmet: event.unmet,
    failures: 0,
    unclaimed: 0,
  }),

  CompensationStarted: (state: TicketIn<'completed'>, { event }) => ({
    ...state,
    phase: 'compensating',
    compensation_ticket_id: event.compensation_ticket_id,
  }),

  TicketCompensated: (state: TicketIn<'compensating'>, { event, at }) =>
    state.compensation_ticket_id === event.compensation_ticket_id
      ? { ...state, phase: 'compensated', compensated_at: at }
      : undefined,

  ReportRefused: (state: TicketState) => ({ ...state, refused: state.refused + 1 }),
};

/** Entered by a machine, or by none at all where it undoes another; all that it waits for is done. */
function mayBecomeReady(state: TicketState, event: Of<'TicketReady'>['event']): boolean {
  const lastGate = state.unmet.length === 1 && state.unmet[0] === event.by;
  switch (state.phase) {
    case 'created':
      return state.compensates === undefined
        ? state.unmet.length === 0 && event.task_token !== undefined
        : state.unmet.length === 0 || lastGate;
    case 'gated':
      return lastGate;
    case 'awaiting_person':
      return event.operator !== undefined;
    default:
      return true;
  }
}

function done(state: TicketIn<'running'>, event: Of<'TicketCompleted'>['event'], completed_at: number) {
  const { agent_id, attempt, lease_ms, claim_digest, started_at, ready_at } = state;
  const { duration_ms, result_digest } = event;
  return { agent_id, attempt, lease_ms, claim_digest, started_at, ready_at, completed_at, duration_ms, result_digest };
}

/** Nothing is late that was claimed, and nothing but a claim can be late before it. It can be given or taken back either way. */
const fitsPhase = (cause: FailureCause, phase: 'assigned' | 'running'): boolean =>
  cause === 'handed_back' || cause === 'revoked' || (phase === 'assigned') === NOTHING_RAN.includes(cause);
const NOTHING_RAN: readonly FailureCause[] = ['claim_timeout', 'taken_back'];

function counted(state: TicketIn<'assigned'> | TicketIn<'running'>, cause: FailureCause): Partial<TicketBase> {
  // What an operator takes away, or its holder gives back, has not failed.
  if (cause === 'operator' || cause === 'revoked') return {};
  if (cause === 'handed_back') return { handed_back: (state.handed_back ?? 0) + 1 };
  return state.phase === 'running' ? { failures: state.failures + 1 } : { unclaimed: state.unclaimed + 1 };
}

const heldBy = (state: TicketState): { held_by?: string } =>
  state.phase === 'assigned' || state.phase === 'running' ? { held_by: state.agent_id } : {};

const failureOf = ({ cause, error_code, error_message }: Failure): Failure => ({ cause, error_code, error_message });

const avoiding = (avoid: readonly string[], agentId: string): string[] =>
  [...avoid.filter((id) => id !== agentId), agentId].slice(-MAX_AVOIDED);

function base(state: TicketState): TicketBase {
  const { ticket_id, plan_id, task_id, pool, timeout_ms, unmet, compensates, handed_back } = state;
  const { attempts, failures, unclaimed, avoid, refused, revoked_attempts } = state;
  return {
    ...{ ticket_id, plan_id, task_id, pool, timeout_ms, unmet, attempts, failures, unclaimed, avoid, refused },
    ...(compensates === undefined ? {} : { compensates }),
    ...(handed_back === undefined ? {} : { handed_back }),
    ...(revoked_attempts === undefined ? {} : { revoked_attempts }),
  };
}

const holds = (state: { agent_id: string; attempt: number }, event: { agent_id: string; attempt: number }): boolean =>
  state.agent_id === event.agent_id && state.attempt === event.attempt;

function refuse(state: TicketState | undefined, type: string): never {
  const phase = state?.phase ?? 'nothing';
  throw new HiveError('TICKET_TRANSITION_INVALID', `A ticket in phase "${phase}" cannot take ${type}.`, {
    status: 500,
    detail: { ticket_id: state?.ticket_id, phase, event: type },
  });
}
