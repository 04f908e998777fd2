/** The plan's state machine as a table: which events a plan takes in which phase, and where they lead. */
import type { PlanEvent } from './events.ts';
import type { PlanPhaseName } from './state.ts';

export interface PlanTransition {
  readonly from: readonly PlanPhaseName[];
  readonly to: PlanPhaseName | 'same';
}

const LIVE: readonly PlanPhaseName[] = ['accepted', 'running', 'paused'];

export const PLAN_TRANSITIONS: Readonly<Record<Exclude<PlanEvent['type'], 'PlanReceived'>, PlanTransition>> = {
  PlanAwaitingApproval: { from: ['received'], to: 'awaiting_approval' },
  PlanAccepted: { from: ['received', 'awaiting_approval'], to: 'accepted' },
  PlanApprovalRejected: { from: ['awaiting_approval'], to: 'rejected' },
  PlanStarted: { from: ['accepted'], to: 'running' },
  PlanPaused: { from: ['running'], to: 'paused' },
  PlanResumed: { from: ['paused'], to: 'running' },
  PlanCancelRequested: { from: ['received', 'awaiting_approval', ...LIVE, 'halted'], to: 'same' },
  PlanHalted: { from: LIVE, to: 'halted' },
  PlanRedriven: { from: ['halted', 'failed'], to: 'accepted' },
  // Also halted: an operator gives the repair up.
  PlanCompensating: { from: [...LIVE, 'halted'], to: 'compensating' },
  CompensationEntered: { from: ['compensating'], to: 'same' },
  PlanCompensated: { from: ['compensating'], to: 'compensated' },
  // Also from accepted: the machine may end before whoever started it has noted that it started.
  PlanCompleted: { from: LIVE, to: 'completed' },
  PlanFailed: { from: ['received', 'awaiting_approval', ...LIVE, 'halted'], to: 'failed' },
  PlanCancelled: { from: ['received', 'awaiting_approval', ...LIVE, 'halted'], to: 'cancelled' },
  PlanPredicted: { from: ['running'], to: 'same' },
  SlaAtRisk: { from: ['running'], to: 'same' },
  SlaRecovered: { from: ['running'], to: 'same' },
  SlaViolated: { from: LIVE, to: 'same' },
};
