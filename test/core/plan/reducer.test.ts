import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../core/ledger/chain.ts';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { reducePlan } from '../../../core/plan/reducer.ts';
import type { PlanState } from '../../../core/plan/state.ts';
import { NOW, parsedPlan } from '../../support/plans.ts';

const { tasks: _, execution_order: _o, ...header } = parsedPlan();
const EVENTS = {
  PlanReceived: { type: 'PlanReceived', header, content_digest: 'd', tickets: 3, deadline: NOW + 9 },
  PlanAwaitingApproval: { type: 'PlanAwaitingApproval', reasons: ['r'] },
  PlanAccepted: { type: 'PlanAccepted', tickets: 3, shape: 'shape' },
  PlanStarted: { type: 'PlanStarted', execution_arn: 'e', machine_arn: 'm' },
  PlanCompleted: { type: 'PlanCompleted', tickets: 3, duration_ms: 1 },
  PlanFailed: { type: 'PlanFailed', reason: 'r', failed_tasks: ['t'] },
} satisfies Record<PlanEvent['type'], PlanEvent>;
type Type = PlanEvent['type'];

const recorded = (event: PlanEvent, version: number): Recorded<PlanEvent> => ({
  aggregate: 'PLAN#1',
  version,
  at: NOW + version,
  subject: {},
  event,
  prev_hash: '',
  hash: '',
});
const replay = (types: readonly Type[]): PlanState | undefined =>
  types.reduce<PlanState | undefined>(
    (state, type, index) => reducePlan(state, recorded(EVENTS[type], index + 1)),
    undefined,
  );

const HISTORIES: Record<string, Type[]> = {
  nothing: [],
  received: ['PlanReceived'],
  awaiting_approval: ['PlanReceived', 'PlanAwaitingApproval'],
  accepted: ['PlanReceived', 'PlanAccepted'],
  running: ['PlanReceived', 'PlanAccepted', 'PlanStarted'],
  completed: ['PlanReceived', 'PlanAccepted', 'PlanStarted', 'PlanCompleted'],
  failed: ['PlanReceived', 'PlanAccepted', 'PlanStarted', 'PlanFailed'],
};
const ALLOWED: Record<string, Partial<Record<Type, string>>> = {
  nothing: { PlanReceived: 'received' },
  received: { PlanAwaitingApproval: 'awaiting_approval', PlanAccepted: 'accepted', PlanFailed: 'failed' },
  awaiting_approval: { PlanAccepted: 'accepted', PlanFailed: 'failed' },
  accepted: { PlanStarted: 'running', PlanCompleted: 'completed', PlanFailed: 'failed' },
  running: { PlanCompleted: 'completed', PlanFailed: 'failed' },
  completed: {},
  failed: {},
};
const cases = Object.keys(HISTORIES).flatMap((from) =>
  (Object.keys(EVENTS) as Type[]).map((type) => [from, type, ALLOWED[from]?.[type]] as const),
);

describe("the plan's state machine", () => {
  it.each(cases)('%s takes %s to: %s', (from, type, to) => {
    const history = HISTORIES[from] ?? [];
    const state = replay(history);
    const reduce = () => reducePlan(state, recorded(EVENTS[type], history.length + 1));
    if (to !== undefined) expect(reduce().phase).toBe(to);
    else
      expect(reduce).toThrow(
        expect.objectContaining({
          code: 'PLAN_TRANSITION_INVALID',
          detail: { plan_id: state?.plan_id, phase: from, event: type },
        }),
      );
  });

  it('keeps what each event told', () => {
    expect(replay(HISTORIES.failed ?? [])).toEqual({
      phase: 'failed',
      plan_id: 'plan-1',
      intent_id: 'intent-1',
      content_digest: 'd',
      received_at: NOW + 1,
      tickets: 3,
      risk_band: 'low',
      deadline: NOW + 9,
      accepted_at: NOW + 2,
      shape: 'shape',
      started_at: NOW + 3,
      execution_arn: 'e',
      machine_arn: 'm',
      ended_at: NOW + 4,
      reason: 'r',
      failed_tasks: ['t'],
    });
  });
});
