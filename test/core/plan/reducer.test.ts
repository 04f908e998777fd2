import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../core/ledger/chain.ts';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { reducePlan } from '../../../core/plan/reducer.ts';
import { isPlanEnded, isPlanLive, type PlanPhaseName, type PlanState } from '../../../core/plan/state.ts';
import { PLAN_TRANSITIONS } from '../../../core/plan/transitions.ts';
import { NOW, parsedPlan } from '../../support/plans.ts';

type Type = PlanEvent['type'];

const { tasks: _, execution_order: _o, ...header } = parsedPlan();
const INCIDENT_ID = '44444444-4444-8444-8444-444444444444';
const person = { by: 'ada', why: 'because' };
const prediction = { probability: 0.5, p50_at: NOW, deadline: NOW };
const ending = { reason: 'r', failed_tasks: ['t'] };
const EVENTS: { readonly [T in Type]: Extract<PlanEvent, { type: T }> } = {
  PlanReceived: { type: 'PlanReceived', header, content_digest: 'd', tickets: 3, deadline: NOW + 9 },
  PlanAwaitingApproval: { type: 'PlanAwaitingApproval', reasons: ['r'], shape: 'shape' },
  PlanAccepted: { type: 'PlanAccepted', tickets: 3, shape: 'shape' },
  PlanApprovalRejected: { type: 'PlanApprovalRejected', ...person },
  PlanStarted: { type: 'PlanStarted', execution_arn: 'e', machine_arn: 'm' },
  PlanPaused: { type: 'PlanPaused', ...person },
  PlanResumed: { type: 'PlanResumed', ...person },
  PlanCancelRequested: { type: 'PlanCancelRequested', ...person },
  PlanHalted: { type: 'PlanHalted', ...ending, incident_id: INCIDENT_ID },
  PlanRedriven: { type: 'PlanRedriven', ...person, run: 2, deadline: NOW + 99 },
  PlanCompensating: { type: 'PlanCompensating', ...ending, compensations: 2, in_doubt: [] },
  CompensationEntered: { type: 'CompensationEntered', task_token: 'token' },
  PlanCompensated: { type: 'PlanCompensated', compensations: 2, duration_ms: 1 },
  PlanCompleted: { type: 'PlanCompleted', tickets: 3, duration_ms: 1 },
  PlanFailed: { type: 'PlanFailed', ...ending },
  PlanCancelled: { type: 'PlanCancelled', ...person },
  PlanPredicted: { type: 'PlanPredicted', ...prediction },
  SlaAtRisk: { type: 'SlaAtRisk', ...prediction, slowest: ['t'] },
  SlaRecovered: { type: 'SlaRecovered', ...prediction },
  SlaViolated: { type: 'SlaViolated', deadline: NOW },
};
const TYPES = Object.keys(EVENTS) as Type[];

const recorded = (event: PlanEvent, version: number): Recorded<PlanEvent> => ({
  aggregate: 'PLAN#1',
  version,
  at: NOW + version,
  subject: {},
  event,
  prev_hash: '',
  hash: '',
});
function replay(...types: readonly Type[]): PlanState {
  const state = types.reduce<PlanState | undefined>(
    (before, type, index) => reducePlan(before, recorded(EVENTS[type], index + 1)),
    undefined,
  );
  if (state === undefined) throw new Error('an empty history');
  return state;
}

const RUNNING: readonly Type[] = ['PlanReceived', 'PlanAccepted', 'PlanStarted'];
const HISTORIES: Readonly<Record<PlanPhaseName, readonly Type[]>> = {
  received: ['PlanReceived'],
  awaiting_approval: ['PlanReceived', 'PlanAwaitingApproval'],
  accepted: ['PlanReceived', 'PlanAccepted'],
  running: RUNNING,
  paused: [...RUNNING, 'PlanPaused'],
  halted: [...RUNNING, 'PlanHalted'],
  compensating: [...RUNNING, 'PlanCompensating'],
  completed: [...RUNNING, 'PlanCompleted'],
  failed: [...RUNNING, 'PlanFailed'],
  compensated: [...RUNNING, 'PlanCompensating', 'CompensationEntered', 'PlanCompensated'],
  cancelled: [...RUNNING, 'PlanCancelled'],
  rejected: ['PlanReceived', 'PlanAwaitingApproval', 'PlanApprovalRejected'],
};
const PHASES = Object.keys(HISTORIES) as PlanPhaseName[];

/** Every transition there is, by hand: what is not here is refused. */
const LIVE =
  'PlanHalted>halted PlanCompensating>compensating PlanCompleted>completed PlanFailed>failed PlanCancelled>cancelled';
const ALLOWED: Readonly<Record<PlanPhaseName, string>> = {
  received:
    'PlanCancelRequested>received PlanAwaitingApproval>awaiting_approval PlanAccepted>accepted PlanFailed>failed PlanCancelled>cancelled',
  awaiting_approval:
    'PlanCancelRequested>awaiting_approval PlanAccepted>accepted PlanApprovalRejected>rejected PlanFailed>failed PlanCancelled>cancelled',
  accepted: `PlanCancelRequested>accepted PlanStarted>running SlaViolated>accepted ${LIVE}`,
  running: `PlanCancelRequested>running PlanPaused>paused PlanPredicted>running SlaAtRisk>running SlaRecovered>running SlaViolated>running ${LIVE}`,
  paused: `PlanCancelRequested>paused PlanResumed>running SlaViolated>paused ${LIVE}`,
  halted:
    'PlanCancelRequested>halted PlanRedriven>accepted PlanCompensating>compensating PlanFailed>failed PlanCancelled>cancelled',
  compensating: 'CompensationEntered>compensating PlanCompensated>compensated',
  completed: '',
  failed: 'PlanRedriven>accepted',
  compensated: '',
  cancelled: '',
  rejected: '',
};
const allowed = (phase: PlanPhaseName): Map<Type, PlanPhaseName> =>
  new Map(
    ALLOWED[phase]
      .split(' ')
      .filter(Boolean)
      .map((pair) => pair.split('>') as [Type, PlanPhaseName]),
  );

describe("the plan's state machine", () => {
  it.each(PHASES.flatMap((phase) => TYPES.map((type) => [phase, type, allowed(phase).get(type)] as const)))(
    '%s takes %s to: %s',
    (phase, type, to) => {
      // Only a plan that is at risk recovers.
      const atRisk: readonly Type[] = type === 'SlaRecovered' && phase === 'running' ? ['SlaAtRisk'] : [];
      const state = replay(...HISTORIES[phase], ...atRisk);
      expect(state.phase).toBe(phase);
      const before = structuredClone(state);
      const reduce = () => reducePlan(state, recorded(EVENTS[type], 9));
      if (to !== undefined) expect(reduce().phase).toBe(to);
      else
        expect(reduce).toThrow(
          expect.objectContaining({
            code: 'PLAN_TRANSITION_INVALID',
            message: expect.stringMatching(new RegExp(`"${phase}".*${type}`)),
            detail: { plan_id: 'plan-1', phase, event: type },
          }),
        );
      expect(state).toEqual(before);
    },
  );

  it('has a table that says the same', () => {
    const said = PHASES.flatMap((phase) =>
      Object.entries(PLAN_TRANSITIONS).flatMap(([type, { from, to }]) =>
        from.includes(phase) ? [`${phase} ${type} ${to === 'same' ? phase : to}`] : [],
      ),
    );
    const written = PHASES.flatMap((phase) => [...allowed(phase)].map(([type, to]) => `${phase} ${type} ${to}`));
    expect(said.sort()).toEqual(written.sort());
  });

  it.each(TYPES.filter((type) => type !== 'PlanReceived'))('does not begin with %s', (type) => {
    expect(() => reducePlan(undefined, recorded(EVENTS[type], 1))).toThrow(
      expect.objectContaining({
        code: 'PLAN_TRANSITION_INVALID',
        detail: { plan_id: undefined, phase: 'nothing', event: type },
      }),
    );
  });

  it('has ended where nothing but a redrive leads on', () => {
    const final = PHASES.filter((phase) => [...allowed(phase).keys()].every((type) => type === 'PlanRedriven'));
    expect(PHASES.filter((phase) => isPlanEnded(replay(...HISTORIES[phase])))).toEqual(final);
  });

  it('is live where its machine can still complete it', () => {
    const live = PHASES.filter((phase) => allowed(phase).has('PlanCompleted'));
    expect(PHASES.filter((phase) => isPlanLive(replay(...HISTORIES[phase])))).toEqual(live);
  });
});

describe('a plan', () => {
  const received = {
    plan_id: 'plan-1',
    intent_id: 'intent-1',
    tenant_id: 'default',
    content_digest: 'd',
    received_at: NOW + 1,
    tickets: 3,
    risk_band: 'low',
    on_failure: 'compensate',
    deadline: NOW + 9,
    run: 1,
  };
  const started = { accepted_at: NOW + 2, shape: 'shape', started_at: NOW + 3, execution_arn: 'e', machine_arn: 'm' };

  it.each<[PlanPhaseName, object]>([
    ['awaiting_approval', { reasons: ['r'], shape: 'shape' }],
    ['running', started],
    ['paused', { ...started, paused_at: NOW + 4, ...person }],
    ['halted', { ...started, halted_at: NOW + 4, incident_id: INCIDENT_ID, ...ending }],
    ['compensating', { ...started, failed_at: NOW + 4, compensations: 2, ...ending }],
    ['completed', { ...started, ended_at: NOW + 4 }],
    ['failed', { ...started, ended_at: NOW + 4, ...ending }],
    ['compensated', { ...started, ended_at: NOW + 6, compensations: 2, ...ending }],
    ['cancelled', { ...started, ended_at: NOW + 4, ...person }],
    ['rejected', { ended_at: NOW + 3, ...person }],
  ])('that is %s keeps what each event told', (phase, facts) => {
    expect(replay(...HISTORIES[phase])).toEqual({ ...received, phase, ...facts });
  });

  it('that goes on after a pause is as it was before', () => {
    expect(replay(...HISTORIES.paused, 'PlanResumed')).toEqual(replay(...RUNNING));
  });

  it('that is redriven has another run, a new deadline, and no execution yet', () => {
    const redriven = replay(...HISTORIES.halted, 'PlanRedriven');
    const again = {
      phase: 'accepted',
      run: 2,
      deadline: NOW + 99,
      accepted_at: NOW + 5,
      shape: 'shape',
      redriven: person,
    };
    expect(redriven).toEqual({ ...received, ...again });
  });

  it('is redriven one run at a time, and only if it was accepted once', () => {
    const redrive = (state: PlanState, run: number) => reducePlan(state, recorded({ ...EVENTS.PlanRedriven, run }, 9));
    const halted = replay(...HISTORIES.halted);
    for (const run of [0, 1, 3]) expect(() => redrive(halted, run)).toThrow('PlanRedriven');
    expect(() => redrive(replay('PlanReceived', 'PlanFailed'), 2)).toThrow('PlanRedriven');
  });
});
