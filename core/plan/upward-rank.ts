/** Upward ranks of a DAG (Topcuoglu, Hariri & Wu, "Performance-Effective and Low-Complexity Task Scheduling for Heterogeneous Computing", 2002), without the cost of communication. */

export interface Ranked {
  readonly task_id: string;
  readonly dependencies: readonly string[];
}

/**
 * Of each task, the longest way from its beginning to the plan's end, its own duration included; ms if `durationOf` is.
 * Dependencies that name no task are left out. @throws RangeError when the tasks have a cycle
 */
export function upwardRanks<T extends Ranked>(
  tasks: readonly T[],
  durationOf: (task: T) => number,
): ReadonlyMap<string, number> {
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  const below = new Map<string, number>();
  const waiting = new Map<string, number>(tasks.map((task) => [task.task_id, 0]));
  const before = (task: T) => [...new Set(task.dependencies)].filter((id) => byId.has(id));
  for (const task of tasks) for (const id of before(task)) waiting.set(id, (waiting.get(id) ?? 0) + 1);
  const last = tasks.filter(({ task_id }) => waiting.get(task_id) === 0);
  const ranks = new Map<string, number>();
  for (let task = last.pop(); task !== undefined; task = last.pop()) {
    const rank = (below.get(task.task_id) ?? 0) + durationOf(task);
    ranks.set(task.task_id, rank);
    for (const id of before(task)) {
      below.set(id, Math.max(below.get(id) ?? 0, rank));
      const left = (waiting.get(id) ?? 0) - 1;
      waiting.set(id, left);
      if (left === 0) last.push(byId.get(id) as T);
    }
  }
  if (ranks.size < byId.size) throw new RangeError('the tasks have a cycle');
  return ranks;
}
