/** Tasks in an order × slots of agents that take different times: what a schedule is searched for (R | prec, r_j | C_max). */
import { HiveError } from '../../errors.ts';

/** Tasks and slots are numbered from 0. */
export interface Problem {
  readonly tasks: number;
  readonly slots: number;
  readonly predecessors: readonly (readonly number[])[];
  readonly successors: readonly (readonly number[])[];
  /** ms by task and slot, Infinity where the slot may not run it */
  readonly durations: readonly Float64Array[];
  /** ms before which a task may not begin, by task */
  readonly releases: Float64Array;
  /** the tasks, each after its predecessors */
  readonly order: readonly number[];
}

/**
 * @param predecessors of each task
 * @param durations of each task on each slot; rows may be shared
 * @throws HiveError SCHEDULE_CYCLE; SCHEDULE_NO_SLOT where no slot may run a task, detail.task: its number
 */
export function problemOf(
  predecessors: readonly (readonly number[])[],
  durations: readonly Float64Array[],
  slots: number,
  releases: Float64Array = new Float64Array(predecessors.length),
): Problem {
  const tasks = predecessors.length;
  const before = predecessors.map((list) => [...new Set(list)]);
  const successors: number[][] = Array.from({ length: tasks }, () => []);
  before.forEach((list, task) => {
    for (const other of list) successors[other]?.push(task);
  });
  const order = topological(before, successors);
  if (order.length < tasks) throw new HiveError('SCHEDULE_CYCLE', 'The tasks depend on each other in a circle.');
  const homeless = durations.findIndex((row) => !row.some(Number.isFinite));
  if (homeless >= 0)
    throw new HiveError(
      'SCHEDULE_NO_SLOT',
      `No agent may run task number ${homeless}: add one with its capabilities.`,
      {
        detail: { task: homeless },
      },
    );
  return { tasks, slots, predecessors: before, successors, durations, releases, order };
}

function topological(before: readonly (readonly number[])[], successors: readonly (readonly number[])[]): number[] {
  const unmet = Int32Array.from(before, (list) => list.length);
  const order: number[] = [];
  before.forEach((list, task) => {
    if (list.length === 0) order.push(task);
  });
  for (let at = 0; at < order.length; at++)
    for (const next of successors[order[at] as number] as number[]) {
      unmet[next] = (unmet[next] as number) - 1;
      if (unmet[next] === 0) order.push(next);
    }
  return order;
}

/** The same with time running backwards: a schedule of it, mirrored, is one of the problem (releases apart). */
export const reversed = (problem: Problem): Problem => ({
  ...problem,
  predecessors: problem.successors,
  successors: problem.predecessors,
  order: [...problem.order].reverse(),
  releases: new Float64Array(problem.tasks),
});

/** Of each task, the longest way from its beginning to the end: its upward rank, each task taking `costs` ms. */
export function upwardCosts({ tasks, order, successors }: Problem, costs: Float64Array): Float64Array {
  const ranks = new Float64Array(tasks);
  for (let at = tasks - 1; at >= 0; at--) {
    const task = order[at] as number;
    let below = 0;
    for (const next of successors[task] as readonly number[]) below = Math.max(below, ranks[next] as number);
    ranks[task] = below + (costs[task] as number);
  }
  return ranks;
}

/** ms on the slot that is fastest at it, by task. */
export const fastest = ({ durations }: Problem): Float64Array =>
  Float64Array.from(durations, (row) => row.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY));

/** ms on the mean of the slots that may run it, by task. */
export const average = ({ durations }: Problem): Float64Array =>
  Float64Array.from(durations, (row) => {
    const able = row.filter(Number.isFinite);
    return able.reduce((sum, ms) => sum + ms, 0) / able.length;
  });
