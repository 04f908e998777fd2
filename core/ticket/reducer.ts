/**
 * The ticket's state machine, pure: state × event → state. Whatever is not listed is an error, never ignored.
 *
 *   created ─▶ gated ─▶ ready ─▶ assigned ─▶ running ─▶ completed | failed
 *      └──────────────────▲        any phase before the end ─▶ cancelled
 */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { TicketEvent } from './events.ts';
import { isTerminal, type TicketBase, type TicketIn, type TicketState } from './state.ts';

type Of<T extends TicketEvent['type']> = Recorded<Extract<TicketEvent, { type: T }>>;

/** @throws HiveError TICKET_TRANSITION_INVALID (500), naming the phase and the event */
export function reduceTicket(state: TicketState | undefined, record: Recorded<TicketEvent>): TicketState {
  const { event } = record;
  if (event.type === 'TicketCreated')
    return state === undefined ? created(record as Of<'TicketCreated'>) : refuse(state, event.type);
  if (state === undefined) return refuse(undefined, event.type);
  switch (event.type) {
    case 'TicketGated':
      return state.phase === 'created' && state.unmet.length > 0
        ? { ...base(state), phase: 'gated', token_version: record.version }
        : refuse(state, event.type);
    case 'GateOpened':
      return (state.phase === 'created' || state.phase === 'gated') && state.unmet.includes(event.by)
        ? { ...state, unmet: without(state.unmet, event.by) }
        : refuse(state, event.type);
    case 'TicketReady':
      return ready(state, record as Of<'TicketReady'>);
    case 'TicketAssigned':
      return state.phase === 'ready' && event.attempt === state.attempts + 1
        ? assigned(state, record as Of<'TicketAssigned'>)
        : refuse(state, event.type);
    case 'TicketStarted':
      return state.phase === 'assigned' && holds(state, event)
        ? started(state, record as Of<'TicketStarted'>)
        : refuse(state, event.type);
    case 'TicketCompleted':
    case 'TicketFailed':
      return state.phase === 'running' && holds(state, event)
        ? ended(state, record as Of<'TicketCompleted' | 'TicketFailed'>)
        : refuse(state, event.type);
    case 'TicketCancelled':
      return isTerminal(state) ? refuse(state, event.type) : cancelled(state, record as Of<'TicketCancelled'>);
  }
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
  };
}

function ready(state: TicketState, record: Of<'TicketReady'>): TicketState {
  const { event, at, version } = record;
  const entersOpen = state.phase === 'created' && state.unmet.length === 0 && event.task_token !== undefined;
  const lastGate = state.phase === 'gated' && state.unmet.length === 1 && state.unmet[0] === event.by;
  if (!entersOpen && !lastGate) return refuse(state, event.type);
  return {
    ...base(state),
    phase: 'ready',
    unmet: [],
    ready_at: at,
    queue_key: event.queue_key,
    ...(entersOpen ? { token_version: version } : {}),
  };
}

function assigned(state: TicketIn<'ready'>, { event, at }: Of<'TicketAssigned'>): TicketState {
  const { agent_id, attempt } = event;
  return {
    ...base(state),
    phase: 'assigned',
    attempts: attempt,
    agent_id,
    attempt,
    assigned_at: at,
    ready_at: state.ready_at,
  };
}

function started(state: TicketIn<'assigned'>, { event, at }: Of<'TicketStarted'>): TicketState {
  const { agent_id, attempt, claim_digest, timeout_at } = event;
  const { ready_at } = state;
  return { ...base(state), phase: 'running', agent_id, attempt, claim_digest, timeout_at, ready_at, started_at: at };
}

function ended(state: TicketIn<'running'>, { event, at }: Of<'TicketCompleted' | 'TicketFailed'>): TicketState {
  const { agent_id, attempt, claim_digest, started_at, ready_at } = state;
  const { duration_ms, result_digest } = event;
  const end = { agent_id, attempt, claim_digest, started_at, ready_at, completed_at: at, duration_ms, result_digest };
  if (event.type === 'TicketCompleted') return { ...base(state), phase: 'completed', ...end };
  const { error_code, error_message } = event;
  return { ...base(state), phase: 'failed', ...end, error_code, error_message };
}

function cancelled(state: TicketState, { event, at }: Of<'TicketCancelled'>): TicketState {
  const holder = state.phase === 'assigned' || state.phase === 'running' ? { held_by: state.agent_id } : {};
  return { ...base(state), phase: 'cancelled', completed_at: at, reason: event.reason, ...holder };
}

function base(state: TicketState): TicketBase {
  const { ticket_id, plan_id, task_id, pool, timeout_ms, unmet, token_version, attempts } = state;
  const token = token_version === undefined ? {} : { token_version };
  return { ticket_id, plan_id, task_id, pool, timeout_ms, unmet, attempts, ...token };
}

const holds = (state: { agent_id: string; attempt: number }, event: { agent_id: string; attempt: number }): boolean =>
  state.agent_id === event.agent_id && state.attempt === event.attempt;

const without = (ids: readonly string[], id: string): string[] => ids.filter((other) => other !== id);

function refuse(state: TicketState | undefined, type: string): never {
  const phase = state?.phase ?? 'nothing';
  throw new HiveError('TICKET_TRANSITION_INVALID', `A ticket in phase "${phase}" cannot take ${type}.`, {
    status: 500,
    detail: { ticket_id: state?.ticket_id, phase, event: type },
  });
}
