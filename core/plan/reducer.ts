/**
 * The plan's state machine, pure. Whatever is not listed is an error, never ignored.
 *
 *   received ─▶ awaiting_approval ─▶ accepted ─▶ running ─▶ completed | failed
 *      └──────────────────────────────▲ └────────────────────▲   any phase before the end ─▶ failed
 */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { PlanEvent } from './events.ts';
import type { PlanBase, PlanState } from './state.ts';

/** @throws HiveError PLAN_TRANSITION_INVALID (500), naming the phase and the event */
export function reducePlan(state: PlanState | undefined, { event, at }: Recorded<PlanEvent>): PlanState {
  if (state === undefined) {
    if (event.type !== 'PlanReceived') return refuse(state, event.type);
    const { header, content_digest, tickets, deadline } = event;
    const { plan_id, intent_id, risk_band } = header;
    return { phase: 'received', plan_id, intent_id, content_digest, received_at: at, tickets, risk_band, deadline };
  }
  switch (event.type) {
    case 'PlanReceived':
      return refuse(state, event.type);
    case 'PlanAwaitingApproval':
      return state.phase === 'received'
        ? { ...base(state), phase: 'awaiting_approval', reasons: event.reasons }
        : refuse(state, event.type);
    case 'PlanAccepted':
      return state.phase === 'received' || state.phase === 'awaiting_approval'
        ? { ...base(state), phase: 'accepted', accepted_at: at, shape: event.shape }
        : refuse(state, event.type);
    case 'PlanStarted': {
      if (state.phase !== 'accepted') return refuse(state, event.type);
      const { accepted_at, shape } = state;
      const { execution_arn, machine_arn } = event;
      return { ...base(state), phase: 'running', accepted_at, shape, execution_arn, machine_arn, started_at: at };
    }
    case 'PlanCompleted':
      // Also from accepted: the machine may end before whoever started it has noted that it started.
      return state.phase === 'running' || state.phase === 'accepted'
        ? { ...state, phase: 'completed', ended_at: at }
        : refuse(state, event.type);
    case 'PlanFailed': {
      if (state.phase === 'completed' || state.phase === 'failed') return refuse(state, event.type);
      const { reason, failed_tasks } = event;
      const before = 'accepted_at' in state ? state : base(state);
      return { ...before, phase: 'failed', ended_at: at, reason, failed_tasks };
    }
  }
}

function base(state: PlanState): PlanBase {
  const { plan_id, intent_id, content_digest, received_at, tickets, risk_band, deadline } = state;
  return { plan_id, intent_id, content_digest, received_at, tickets, risk_band, deadline };
}

function refuse(state: PlanState | undefined, type: string): never {
  const phase = state?.phase ?? 'nothing';
  throw new HiveError('PLAN_TRANSITION_INVALID', `A plan in phase "${phase}" cannot take ${type}.`, {
    status: 500,
    detail: { plan_id: state?.plan_id, phase, event: type },
  });
}
