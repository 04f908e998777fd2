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
  const predecessors = input.map((task) => resolve(task, given));
  const successors: number[][] = input.map(() => []);
  for (const [i, list] of predecessors.entries()) for (const p of list) (successors[p] as number[]).push(i);
  const level = levels(input, predecessors, successors);
  const order = input.map((_, i) => i);
  order.sort((a, b) => (level[a] as number) - (level[b] as number) || compareIds(input, a, b));
  const number = new Int32Array(input.length);
  for (const [position, i] of order.entries()) number[i] = position;
  return {
    tasks: order.map((i) => input[i] as CompilerTask),
    successors: order.map((i) => (successors[i] as number[]).map((s) => number[s] as number).sort((a, b) => a - b)),
  };
}

/** By UTF-16 code units: the same everywhere, whatever the locale. */
function compareIds(tasks: readonly CompilerTask[], a: number, b: number): number {
  return (tasks[a] as CompilerTask).task_id < (tasks[b] as CompilerTask).task_id ? -1 : 1;
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

function resolve(task: CompilerTask, index: ReadonlyMap<string, number>): number[] {
  const found = new Set<number>();
  for (const id of task.dependencies) {
    if (id === task.task_id)
      throw new HiveError('PLAN_SELF_DEPENDENCY', `Task ${quote(id)} depends on itself: remove that dependency.`, {
        status: 422,
        detail: { task_id: id },
      });
    const i = index.get(id);
    if (i === undefined)
      throw new HiveError(
        'PLAN_TASK_MISSING',
        `Task ${quote(task.task_id)} depends on ${quote(id)}, which the plan does not have: add it or correct the id.`,
        { status: 422, detail: { task_id: task.task_id, missing: id } },
      );
    found.add(i);
  }
  return [...found];
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
