import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { type RunAttempt, runAttempts } from '../../bench/swarm/attempts.ts';
import { driftOf, figuresOf, fromRun, type Latencies, latenciesOf } from '../../bench/swarm/drift.ts';
import { recordedTimes } from '../../bench/swarm/recorded.ts';
import { lanesPlan, mixedAgents } from '../../bench/swarm/scene.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { simulate } from '../../core/simulate/simulate.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import { NOW, parsedPlan, task, ticketsOf } from '../support/plans.ts';
import { EXPLANATION, RESULT } from '../support/ticket-histories.ts';

const made = (): CognitivePlan => {
  const { plan, faults } = checkPlan(
    lanesPlan({ plan_id: 'lanes', capability: 'c', created_at: NOW, lanes: 3, steps: 8, seed: 1 }),
  );
  expect(faults).toEqual([]);
  return plan as CognitivePlan;
};

/** A simulated run, as a ledger would have it: everything later by `late`, and begun `dispatch` after its assignment. */
const asRun = (attempts: ReturnType<typeof played>, late = 0, dispatch = 0): RunAttempt[] =>
  attempts.map(({ task_id, agent_id, ready_ms, start_ms, end_ms, outcome }) => ({
    ...{ task_id, agent_id, succeeded: outcome === 'completed' },
    ...{ ready_at: NOW + late + ready_ms, assigned_at: NOW + late + start_ms - dispatch },
    ...{ started_at: NOW + late + start_ms, ended_at: NOW + late + end_ms },
  }));

const played = (between: Partial<Latencies> = {}) => {
  const lanes = made();
  const durations = { lanes: Object.fromEntries(recordedTimes(lanes)) };
  const agents = mixedAgents('a');
  return simulate({ plans: [{ plan: lanes }], agents, knows: 'learns', durations, ...between }, { sha256 }).assignments;
};

describe('drift of a simulation from a run', () => {
  it('is nothing where the run is what was simulated, whenever it was', () => {
    const simulated = played();
    const deployed = figuresOf(fromRun(asRun(simulated, 123_456)));
    expect(driftOf(deployed, [figuresOf(simulated)])).toMatchObject({
      ...{ makespan_error: 0, waits_error: expect.closeTo(0), share_error: 0 },
      start_error: { mean_ms: 0, p50_ms: 0, p95_ms: 0 },
    });
  });

  it('tells how much longer the run took, how much later tickets began, and how much others did', () => {
    const one = { agent_id: 'a', ready_ms: 0 };
    const deployed = figuresOf([
      { ...one, task_id: 'x', start_ms: 100, end_ms: 1100 },
      { ...one, task_id: 'y', agent_id: 'b', start_ms: 300, end_ms: 2000 },
    ]);
    const simulated = [
      { ...one, task_id: 'x', start_ms: 0, end_ms: 1000 },
      { ...one, task_id: 'y', start_ms: 0, end_ms: 1000 },
    ];
    expect(driftOf(deployed, [figuresOf(simulated)])).toEqual({
      simulated: { makespan_ms: 1000, waits_ms: 0, attempts: 2, shares: { a: 1, b: 0 } },
      ...{ makespan_error: -0.5, waits_error: -1, share_error: 0.5 },
      start_error: { mean_ms: 200, p50_ms: 100, p95_ms: 300 },
    });
  });

  it('holds the mean of several simulations against the run', () => {
    const at = (end_ms: number) =>
      figuresOf([{ task_id: 'x', agent_id: 'a', ready_ms: 0, start_ms: end_ms / 2, end_ms }]);
    const drift = driftOf(at(1000), [at(800), at(1200)]);
    expect(drift).toMatchObject({ makespan_error: 0, start_error: { mean_ms: 0 } });
  });

  it('counts from when a ticket was begun first, however often it was begun', () => {
    const attempt = { task_id: 'x', agent_id: 'a', ready_ms: 0 };
    const { starts, waits_ms } = figuresOf([
      { ...attempt, ready_ms: 50, start_ms: 70, end_ms: 80 },
      { ...attempt, start_ms: 10, end_ms: 20 },
    ]);
    expect(starts).toEqual({ x: 10 });
    expect(waits_ms).toBe(30);
  });
});

describe('latencies of a run', () => {
  it('are what a simulation was told of', () => {
    const lanes = made();
    const times = recordedTimes(lanes);
    const speeds = new Map(mixedAgents('a').map(({ agent_id, speed }) => [agent_id, speed]));
    const before = new Map(lanes.tasks.map(({ task_id, dependencies }) => [task_id, dependencies]));
    const between = { dispatch_ms: 250, enter_ms: 1500, overhead_ms: 300 };
    const work = ({ task_id, agent_id }: RunAttempt): number => (times.get(task_id) ?? 0) / (speeds.get(agent_id) ?? 1);
    expect(latenciesOf(asRun(played(between), 0, 250), before, work)).toEqual({ median: between, mean: between });
  });
});

describe('attempts of a deployed run', () => {
  const [spec] = ticketsOf({ tasks: [task('only')] });
  const attempt = (nr: number) => ({ agent_id: `agent-${nr}`, attempt: nr });
  const queued = { pool: 'p', queue_key: 'k' };
  const dated = (...events: readonly (readonly [at: number, event: TicketEvent])[]): Recorded<TicketEvent>[] =>
    events.map(([at, event], index) => ({
      ...{ aggregate: 'TICKET#1', version: index + 1, at: NOW + at, subject: {}, event, prev_hash: '', hash: '' },
    }));

  it('have the times of their own, and those that nobody began are none', () => {
    const failed = { duration_ms: 1, error_code: 'C', error_message: 'm' };
    const assigned = (nr: number): TicketEvent => ({
      ...{ type: 'TicketAssigned', ...attempt(nr), lease_ms: 15_000, explanation: EXPLANATION },
    });
    const started = (nr: number): TicketEvent => ({
      ...{ type: 'TicketStarted', ...attempt(nr), claim_digest: 'd', timeout_at: NOW },
    });
    const told = runAttempts(
      dated(
        [0, { type: 'TicketCreated', spec: spec as TicketSpec }],
        [10, { type: 'TicketReady', ...queued }],
        [20, assigned(1)],
        [30, { type: 'AttemptFailed', ...attempt(1), ...failed, cause: 'claim_timeout', retry_at: NOW }],
        [40, { type: 'TicketReady', ...queued }],
        [50, assigned(2)],
        [60, started(2)],
        [70, { type: 'AttemptFailed', ...attempt(2), ...failed, cause: 'reported', retry_at: NOW }],
        [80, { type: 'TicketReady', ...queued }],
        [90, assigned(3)],
        [100, started(3)],
        [110, { type: 'TicketCompleted', ...attempt(3), duration_ms: 10, result_digest: 'd', result: RESULT }],
      ),
    );
    const times = (ready: number) => ({
      ...{ task_id: 'only', ready_at: NOW + ready, assigned_at: NOW + ready + 10 },
      ...{ started_at: NOW + ready + 20, ended_at: NOW + ready + 30 },
    });
    expect(told).toEqual([
      { ...times(40), agent_id: 'agent-2', succeeded: false },
      { ...times(80), agent_id: 'agent-3', succeeded: true },
    ]);
  });
});

describe('recorded times', () => {
  it('are scaled, and a task without one is refused', () => {
    const recorded = { recorded_runtime_ms: '3000', scale: '0.5' };
    expect(recordedTimes(parsedPlan({ tasks: [task('a', { metadata: recorded })] })).get('a')).toBe(1500);
    expect(() => recordedTimes(parsedPlan({ tasks: [task('b')] }))).toThrow(/task b/);
  });
});
