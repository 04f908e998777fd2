/** How far a simulation is from the run that it was to foretell: the same plan on the same agents. */
import type { SimulationRequest } from '../../core/simulate/types.ts';
import type { RunAttempt } from './attempts.ts';

/** An attempt on either side; ms, 0 being when the first ticket could have begun. */
export interface DriftAttempt {
  readonly task_id: string;
  readonly agent_id: string;
  readonly ready_ms: number;
  readonly start_ms: number;
  readonly end_ms: number;
}

/** What a run, or the mean of several simulated ones, came to. */
export interface RunFigures {
  /** from when the first ticket could have begun to the last end, ms */
  readonly makespan_ms: number;
  /** Σ from ready to started, over all attempts, ms */
  readonly waits_ms: number;
  readonly attempts: number;
  /** share of the attempts, by agent */
  readonly shares: Readonly<Record<string, number>>;
  /** when each task was begun for the first time */
  readonly starts: Readonly<Record<string, number>>;
}

export interface Drift {
  readonly simulated: Pick<RunFigures, 'makespan_ms' | 'waits_ms' | 'attempts' | 'shares'>;
  /** simulated ÷ deployed − 1 */
  readonly makespan_error: number;
  readonly waits_error: number;
  /** Σ |difference| of the agents' shares ÷ 2: so much of the work is done by others than foretold (total variation) */
  readonly share_error: number;
  /** |difference| of when each task was begun for the first time, ms */
  readonly start_error: { readonly mean_ms: number; readonly p50_ms: number; readonly p95_ms: number };
}

export function fromRun(attempts: readonly RunAttempt[]): DriftAttempt[] {
  const origin = attempts.reduce((least, { ready_at }) => Math.min(least, ready_at), Number.POSITIVE_INFINITY);
  return attempts.map(({ task_id, agent_id, ready_at, started_at, ended_at }) => ({
    ...{ task_id, agent_id, ready_ms: ready_at - origin, start_ms: started_at - origin, end_ms: ended_at - origin },
  }));
}

export function figuresOf(attempts: readonly DriftAttempt[]): RunFigures {
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  for (const { agent_id, task_id, start_ms } of attempts) {
    counts.set(agent_id, (counts.get(agent_id) ?? 0) + 1);
    starts.set(task_id, Math.min(starts.get(task_id) ?? start_ms, start_ms));
  }
  return {
    makespan_ms: attempts.reduce((last, { end_ms }) => Math.max(last, end_ms), 0),
    waits_ms: attempts.reduce((sum, { ready_ms, start_ms }) => sum + start_ms - ready_ms, 0),
    attempts: attempts.length,
    shares: Object.fromEntries([...counts].map(([id, count]) => [id, count / attempts.length])),
    starts: Object.fromEntries(starts),
  };
}

/**
 * @param simulated runs of the same simulation with different seeds, at least one: it is their mean that foretells
 */
export function driftOf(deployed: RunFigures, simulated: readonly RunFigures[]): Drift {
  const over = (of: (run: RunFigures) => number): number => mean(simulated.map(of));
  const agents = new Set([deployed, ...simulated].flatMap(({ shares }) => Object.keys(shares)));
  const shares = Object.fromEntries([...agents].map((id) => [id, over((run) => run.shares[id] ?? 0)]));
  const off = [...agents].map((id) => Math.abs((shares[id] ?? 0) - (deployed.shares[id] ?? 0)));
  const told = { makespan_ms: over((run) => run.makespan_ms), waits_ms: over((run) => run.waits_ms) };
  return {
    simulated: { ...told, attempts: over((run) => run.attempts), shares },
    makespan_error: errorOf(told.makespan_ms, deployed.makespan_ms),
    waits_error: errorOf(told.waits_ms, deployed.waits_ms),
    share_error: off.reduce((sum, value) => sum + value, 0) / 2,
    start_error: spreadOf(startErrors(deployed, simulated)),
  };
}

const errorOf = (simulated: number, deployed: number): number =>
  simulated === deployed ? 0 : simulated / deployed - 1;

/** Of the tasks that began on both sides. */
function startErrors(deployed: RunFigures, simulated: readonly RunFigures[]): number[] {
  return Object.entries(deployed.starts).flatMap(([task, start]) => {
    const foretold = simulated.flatMap(({ starts }) => starts[task] ?? []);
    return foretold.length === 0 ? [] : [Math.abs(mean(foretold) - start)];
  });
}

function spreadOf(values: readonly number[]): Drift['start_error'] {
  const rising = [...values].sort((a, b) => a - b);
  const at = (share: number): number => rising[Math.max(0, Math.ceil(share * rising.length) - 1)] ?? 0;
  return { mean_ms: mean(rising), p50_ms: at(0.5), p95_ms: at(0.95) };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a run spent on the stack, as a simulation can be told of it: whole ms. */
export type Latencies = Required<Pick<SimulationRequest, 'dispatch_ms' | 'enter_ms' | 'overhead_ms'>>;

export type Average = 'median' | 'mean';

/**
 * @param expected ms that an attempt of the task takes on the agent itself
 * @param dependencies of each task, by task id
 */
export function latenciesOf(
  attempts: readonly RunAttempt[],
  dependencies: ReadonlyMap<string, readonly string[]>,
  expected: (attempt: RunAttempt) => number,
): Readonly<Record<Average, Latencies>> {
  const done = new Map(attempts.filter(({ succeeded }) => succeeded).map((one) => [one.task_id, one.ended_at]));
  const begun = new Map<string, number>();
  for (const { task_id, ready_at } of attempts) begun.set(task_id, Math.min(begun.get(task_id) ?? ready_at, ready_at));
  const entered = [...begun].flatMap(([task, ready]) => {
    const before = (dependencies.get(task) ?? []).flatMap((id) => done.get(id) ?? []);
    return before.length === 0 ? [] : [ready - Math.max(...before)];
  });
  const dispatched = attempts.map(({ assigned_at, started_at }) => started_at - assigned_at);
  const over = attempts.map((one) => one.ended_at - one.started_at - expected(one));
  const told = (average: (values: readonly number[]) => number): Latencies => {
    const whole = (values: readonly number[]): number => Math.max(0, Math.round(average(values)));
    return { dispatch_ms: whole(dispatched), enter_ms: whole(entered), overhead_ms: whole(over) };
  };
  return { median: told((values) => spreadOf(values).p50_ms), mean: told(mean) };
}
