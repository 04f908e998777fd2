/** A plan's tasks as a numbered graph: 0 … n−1 in a canonical topological order, edges without duplicates. */
import { HiveError } from '../../errors.ts';
import { findCycle } from './cycle.ts';
import type { CompilerTask } from './types.ts';

export interface TaskGraph {
  /** Tasks by number. */
  tasks: CompilerTask[];
  /** successors[i]: numbers greater than i, ascending. */
  successors: number[][];
}

/**
 * Numbers the tasks by (longest path from a source, task id), so that neither the order of the tasks nor that of the
 * dependencies in the plan matters. Linear but for the sort. A dependency listed twice is one edge.
 * @throws HiveError PLAN_EMPTY, PLAN_TASK_DUPLICATE, PLAN_TASK_MISSING, PLAN_SELF_DEPENDENCY, PLAN_CYCLE
 */
export function toGraph(input: readonly CompilerTask[]): TaskGraph {
  const given = indexTasks(input);
  const predecessors = resolve(input, given);
  const successors: number[][] = input.map(() => []);
  for (const [i, list] of predecessors.entries()) for (const p of list) (successors[p] as number[]).push(i);
  const order = byLevelAndId(levels(input, predecessors, successors), given);
  const number = new Int32Array(input.length);
  for (const [position, i] of order.entries()) number[i] = position;
  // Filled in the order of the numbers, each list comes out ascending.
  const renumbered: number[][] = order.map(() => []);
  for (const [position, i] of order.entries())
    for (const p of predecessors[i] as number[]) (renumbered[number[p] as number] as number[]).push(position);
  return { tasks: order.map((i) => input[i] as CompilerTask), successors: renumbered };
}

/** Ids compare by UTF-16 code units: the same everywhere, whatever the locale. */
function byLevelAndId(level: Int32Array, index: ReadonlyMap<string, number>): number[] {
  const byLevel: number[][] = [];
  for (const id of [...index.keys()].sort()) {
    const i = index.get(id) as number;
    const l = level[i] as number;
    byLevel[l] ??= [];
    byLevel[l].push(i);
  }
  return byLevel.flat();
}

function indexTasks(tasks: readonly CompilerTask[]): Map<string, number> {
  if (tasks.length === 0)
    throw new HiveError('PLAN_EMPTY', 'The plan has no tasks: a plan needs at least one.', { status: 422 });
  const index = new Map<string, number>();
  for (const [i, task] of tasks.entries()) {
    const first = index.get(task.task_id);
    if (first !== undefined)
      throw new HiveError(
        'PLAN_TASK_DUPLICATE',
        `Tasks ${first} and ${i} are both named ${quote(task.task_id)}: give each task an id of its own.`,
        { status: 422, detail: { task_id: task.task_id, first, second: i } },
      );
    index.set(task.task_id, i);
  }
  return index;
}

/** Predecessors by position, each once. */
function resolve(tasks: readonly CompilerTask[], index: ReadonlyMap<string, number>): number[][] {
  const lastUser = new Int32Array(tasks.length).fill(-1);
  return tasks.map((task, user) => {
    const found: number[] = [];
    for (const id of task.dependencies) {
      const i = index.get(id);
      if (i === undefined) throw missing(task, id);
      if (i === user)
        throw new HiveError('PLAN_SELF_DEPENDENCY', `Task ${quote(id)} depends on itself: remove that dependency.`, {
          status: 422,
          detail: { task_id: id },
        });
      if (lastUser[i] === user) continue;
      lastUser[i] = user;
      found.push(i);
    }
    return found;
  });
}

function missing(task: CompilerTask, id: string): HiveError {
  return new HiveError(
    'PLAN_TASK_MISSING',
    `Task ${quote(task.task_id)} depends on ${quote(id)}, which the plan does not have: add it or correct the id.`,
    { status: 422, detail: { task_id: task.task_id, missing: id } },
  );
}

/** Longest path, in edges, from a source to each task (Kahn 1962). */
function levels(tasks: readonly CompilerTask[], predecessors: number[][], successors: number[][]): Int32Array {
  const level = new Int32Array(tasks.length);
  const unmet = Int32Array.from(predecessors, (list) => list.length);
  const ready: number[] = [];
  for (const [i, count] of unmet.entries()) if (count === 0) ready.push(i);
  for (let next = 0; next < ready.length; next++) {
    const i = ready[next] as number;
    for (const s of successors[i] as number[]) {
      level[s] = Math.max(level[s] as number, (level[i] as number) + 1);
      unmet[s] = (unmet[s] as number) - 1;
      if (unmet[s] === 0) ready.push(s);
    }
  }
  if (ready.length < tasks.length) {
    const cycle = findCycle(predecessors, unmet).map((i) => (tasks[i] as CompilerTask).task_id);
    throw new HiveError(
      'PLAN_CYCLE',
      `The tasks wait for each other in a circle: ${cycle.map(quote).join(' → ')}. Remove one of these dependencies.`,
      { status: 422, detail: { cycle } },
    );
  }
  return level;
}

/** An id in a message: quoted, escaped, never longer than a line. */
function quote(id: string): string {
  return JSON.stringify(id.length > 80 ? `${id.slice(0, 79)}…` : id);
}

/** The same tasks in the canonical topological order. @throws as `toGraph` */
export function tasksInOrder<T extends CompilerTask>(tasks: readonly T[]): T[] {
  return toGraph(tasks).tasks as T[];
}
