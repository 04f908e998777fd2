/** A plan's tasks as a numbered graph: 0 … n−1 in a canonical topological order, edges without duplicates. */
import { HiveError } from '../../errors.ts';
import { type Adjacency, transpose } from './adjacency.ts';
import { findCycle } from './cycle.ts';
import type { CompilerTask } from './types.ts';

export interface TaskGraph {
  /** Tasks by number. */
  tasks: CompilerTask[];
  /** Ascending, each greater than its node. */
  successors: Adjacency;
}

/**
 * Numbers the tasks by (longest path from a source, task id), so that neither the order of the tasks nor that of the
 * dependencies in the plan matters. Linear but for the sort. A dependency listed twice is one edge.
 * @throws HiveError PLAN_EMPTY, PLAN_TASK_DUPLICATE, PLAN_TASK_MISSING, PLAN_SELF_DEPENDENCY, PLAN_CYCLE
 */
export function toGraph(input: readonly CompilerTask[]): TaskGraph {
  const given = indexTasks(input);
  const predecessors = resolve(input, given);
  const order = byLevelAndId(levels(input, predecessors), given);
  return {
    tasks: Array.from(order, (i) => input[i] as CompilerTask),
    successors: transpose(renumber(predecessors, order)),
  };
}

/** The same lists with nodes numbered by their place in `order`. */
function renumber({ start, list }: Adjacency, order: Int32Array): Adjacency {
  const place = new Int32Array(order.length);
  for (let position = 0; position < order.length; position++) place[order[position] as number] = position;
  const renumbered: Adjacency = {
    start: new Int32Array(start.length),
    list: new Int32Array(start[order.length] as number),
  };
  let size = 0;
  for (let position = 0; position < order.length; position++) {
    const i = order[position] as number;
    for (let e = start[i] as number; e < (start[i + 1] as number); e++)
      renumbered.list[size++] = place[list[e] as number] as number;
    renumbered.start[position + 1] = size;
  }
  return renumbered;
}

/** Ids compare by UTF-16 code units: the same everywhere, whatever the locale. */
function byLevelAndId(level: Int32Array, index: ReadonlyMap<string, number>): Int32Array {
  // A counting sort by level keeps the order of the ids: place[l] is where the next task of level l goes.
  const place = new Int32Array(level.length + 1);
  for (const l of level) place[l + 1] = (place[l + 1] as number) + 1;
  for (let l = 0; l < level.length; l++) place[l + 1] = (place[l + 1] as number) + (place[l] as number);
  const order = new Int32Array(level.length);
  for (const id of [...index.keys()].sort()) {
    const i = index.get(id) as number;
    const l = level[i] as number;
    const at = place[l] as number;
    order[at] = i;
    place[l] = at + 1;
  }
  return order;
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
function resolve(tasks: readonly CompilerTask[], index: ReadonlyMap<string, number>): Adjacency {
  const start = new Int32Array(tasks.length + 1);
  const list = new Int32Array(tasks.reduce((sum, task) => sum + task.dependencies.length, 0));
  const lastUser = new Int32Array(tasks.length).fill(-1);
  let size = 0;
  for (const [user, task] of tasks.entries()) {
    for (const id of task.dependencies) {
      const i = index.get(id);
      if (i === undefined) throw missing(task, id);
      if (i === user) throw dependsOnItself(id);
      if (lastUser[i] === user) continue;
      lastUser[i] = user;
      list[size++] = i;
    }
    start[user + 1] = size;
  }
  return { start, list };
}

function dependsOnItself(id: string): HiveError {
  return new HiveError('PLAN_SELF_DEPENDENCY', `Task ${quote(id)} depends on itself: remove that dependency.`, {
    status: 422,
    detail: { task_id: id },
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
function levels(tasks: readonly CompilerTask[], predecessors: Adjacency): Int32Array {
  const n = tasks.length;
  const { start, list } = transpose(predecessors);
  const level = new Int32Array(n);
  const unmet = new Int32Array(n);
  const ready = new Int32Array(n);
  let found = 0;
  for (let i = 0; i < n; i++) {
    unmet[i] = (predecessors.start[i + 1] as number) - (predecessors.start[i] as number);
    if (unmet[i] === 0) ready[found++] = i;
  }
  for (let next = 0; next < found; next++) {
    const i = ready[next] as number;
    for (let e = start[i] as number; e < (start[i + 1] as number); e++) {
      const s = list[e] as number;
      level[s] = Math.max(level[s] as number, (level[i] as number) + 1);
      unmet[s] = (unmet[s] as number) - 1;
      if (unmet[s] === 0) ready[found++] = s;
    }
  }
  if (found < n) {
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
