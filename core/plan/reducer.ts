/**
 * The plan's state machine, pure. Which events a phase takes is said by `PLAN_TRANSITIONS`; whatever is not listed there
 * is an error, never ignored.
 *
 *   received ─▶ awaiting_approval ─▶ accepted ─▶ running ─▶ completed | failed | cancelled
 *      └──────────────────────────────▲  ▲         ├─▶ compensating ─▶ compensated
 *                                        └ halted ◀┘
 */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { PlanEvent } from './events.ts';
import type { PlanBase, PlanIn, PlanState, Started } from './state.ts';
import { PLAN_TRANSITIONS } from './transitions.ts';

type Type = PlanEvent['type'];
type Of<T extends Type> = Recorded<Extract<PlanEvent, { type: T }>>;

/** @throws HiveError PLAN_TRANSITION_INVALID (500), naming the phase and the event */
export function reducePlan(state: PlanState | undefined, record: Recorded<PlanEvent>): PlanState {
  const { event } = record;
  if (event.type === 'PlanReceived')
    return state === undefined ? received(record as Of<'PlanReceived'>) : refuse(state, event.type);
  if (state === undefined || !PLAN_TRANSITIONS[event.type].from.includes(state.phase)) return refuse(state, event.type);
  const next = apply[event.type] as (state: PlanState, record: Recorded<PlanEvent>) => PlanState | undefined;
  return next(state, record) ?? refuse(state, event.type);
}

function received({ event, at }: Of<'PlanReceived'>): PlanState {
  const { header, content_digest, tickets, deadline } = event;
  const { plan_id, intent_id, tenant_id, risk_band, on_failure } = header;
  const said = { plan_id, intent_id, tenant_id, risk_band, on_failure };
  return { phase: 'received', ...said, content_digest, received_at: at, tickets, deadline, run: 1 };
}

type Apply = { readonly [T in Exclude<Type, 'PlanReceived'>]: (state: never, record: Of<T>) => PlanState | undefined };

const apply: Apply = {
  PlanAwaitingApproval: (state: PlanState, { event: { reasons, shape } }) => ({
    ...base(state),
    phase: 'awaiting_approval',
    reasons,
    shape,
  }),

  PlanAccepted: (state: PlanState, { event: { shape }, at }) => ({
    ...base(state),
    phase: 'accepted',
    accepted_at: at,
    shape,
  }),

  PlanApprovalRejected: (state: PlanState, { event: { by, why }, at }) => ({
    ...base(state),
    phase: 'rejected',
    ended_at: at,
    by,
    why,
  }),

  PlanStarted: (state: PlanIn<'accepted'>, { event: { execution_arn, machine_arn }, at }) => {
    const { accepted_at, shape } = state;
    return { ...base(state), phase: 'running', accepted_at, shape, execution_arn, machine_arn, started_at: at };
  },

  PlanPaused: (state: PlanIn<'running'>, { event: { by, why }, at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'paused',
    paused_at: at,
    by,
    why,
  }),

  PlanResumed: (state: PlanIn<'paused'>) => ({ ...base(state), ...startOf(state), phase: 'running' }),

  PlanCancelRequested: (state: PlanState, { event: { by, why } }) =>
    state.cancel === undefined ? { ...state, cancel: { by, why } } : undefined,

  PlanHalted: (state: PlanState, { event: { reason, failed_tasks, incident_id }, at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'halted',
    halted_at: at,
    incident_id,
    reason,
    failed_tasks,
  }),

  PlanRedriven: (state: PlanState, { event: { run, deadline, by, why }, at }) => {
    const { shape } = startOf(state);
    // What never started has nothing to redrive.
    if (shape === undefined || run !== state.run + 1) return undefined;
    const { sla: _, ...before } = base(state);
    return { ...before, run, deadline, phase: 'accepted', accepted_at: at, shape, redriven: { by, why } };
  },

  PlanCompensating: (state: PlanState, { event: { reason, failed_tasks, compensations }, at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'compensating',
    failed_at: at,
    compensations,
    reason,
    failed_tasks,
  }),

  CompensationEntered: (state: PlanState) => state,

  PlanCompensated: (state: PlanIn<'compensating'>, { at }) => {
    const { reason, failed_tasks, compensations } = state;
    const end = { ended_at: at, compensations, reason, failed_tasks };
    return { ...base(state), ...startOf(state), phase: 'compensated', ...end };
  },

  PlanCompleted: (state: PlanState, { at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'completed',
    ended_at: at,
  }),

  PlanFailed: (state: PlanState, { event: { reason, failed_tasks }, at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'failed',
    ended_at: at,
    reason,
    failed_tasks,
  }),

  PlanCancelled: (state: PlanState, { event: { by, why }, at }) => ({
    ...base(state),
    ...startOf(state),
    phase: 'cancelled',
    ended_at: at,
    by,
    why,
  }),

  PlanPredicted: (state: PlanState) => (state.sla === undefined ? { ...state, sla: 'predicted' } : undefined),

  SlaAtRisk: (state: PlanState) =>
    state.sla === undefined || state.sla === 'predicted' ? { ...state, sla: 'at_risk' } : undefined,

  SlaRecovered: (state: PlanState) => (state.sla === 'at_risk' ? { ...state, sla: 'predicted' } : undefined),

  SlaViolated: (state: PlanState) => (state.sla === 'violated' ? undefined : { ...state, sla: 'violated' }),
};

function base(state: PlanState): PlanBase {
  const { plan_id, intent_id, content_digest, received_at, tickets, risk_band, deadline } = state;
  const { on_failure, run, cancel, sla } = state;
  return {
    ...{ plan_id, intent_id, content_digest, received_at, tickets, risk_band, deadline, on_failure, run },
    ...(state.tenant_id === undefined ? {} : { tenant_id: state.tenant_id }),
    ...(cancel === undefined ? {} : { cancel }),
    ...(sla === undefined ? {} : { sla }),
  };
}

/** How far it had got when it was started. */
function startOf(state: PlanState): Started;
function startOf(state: PlanState): Partial<Started> {
  if (!('accepted_at' in state)) return 'shape' in state ? { shape: state.shape } : {};
  const { accepted_at, shape } = state;
  const accepted = { ...(accepted_at === undefined ? {} : { accepted_at }), ...(shape === undefined ? {} : { shape }) };
  if (!('execution_arn' in state) || state.execution_arn === undefined) return accepted;
  const { started_at, execution_arn, machine_arn } = state as Started;
  return { ...accepted, started_at, execution_arn, machine_arn };
}

function refuse(state: PlanState | undefined, type: string): never {
  const phase = state?.phase ?? 'nothing';
  throw new HiveError('PLAN_TRANSITION_INVALID', `A plan in phase "${phase}" cannot take ${type}.`, {
    status: 500,
    detail: { plan_id: state?.plan_id, phase, event: type },
  });
}
