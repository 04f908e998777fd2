/** What keeps a list of tasks from being a DAG, every fault at once. */
import type { PlanFault } from '../messages/bus-events.ts';
import { fault, quoted } from './faults.ts';

export interface GraphTask {
  readonly task_id: string;
  readonly dependencies: readonly string[];
}

/** Duplicate ids, missing and self dependencies, and one cycle for each knot of tasks that has any, named as a path. */
export function graphFaults(tasks: readonly GraphTask[]): PlanFault[] {
  const faults: PlanFault[] = [];
  const first = new Map<string, number>();
  tasks.forEach((task, index) => {
    const earlier = first.get(task.task_id);
    if (earlier === undefined) first.set(task.task_id, index);
    else
      faults.push(
        fault(
          'TASK_ID_DUPLICATE',
          ['tasks', index, 'task_id'],
          `${quoted(task.task_id)} is the id of tasks/${earlier} too: give each task an id of its own`,
        ),
      );
  });
  tasks.forEach((task, index) => {
    task.dependencies.forEach((dependency, position) => {
      const path = ['tasks', index, 'dependencies', position];
      if (dependency === task.task_id)
        faults.push(fault('TASK_DEPENDS_ON_ITSELF', path, `${quoted(task.task_id)} waits for itself`));
      else if (!first.has(dependency))
        faults.push(fault('TASK_DEPENDENCY_MISSING', path, `no task has the id ${quoted(dependency)}`));
    });
  });
  for (const cycle of findCycles(tasks)) {
    const named = cycle.map((id) => quoted(id));
    const shown = named.length > 12 ? [...named.slice(0, 10), `… ${named.length - 11} more`, named.at(-1)] : named;
    const index = first.get(cycle[0] ?? '') ?? 0;
    faults.push(
      fault('PLAN_CYCLE', ['tasks', index, 'dependencies'], `these wait for each other: ${shown.join(' → ')}`),
    );
  }
  return faults;
}

/**
 * Cycles along "must be complete before", each as a path that ends where it began; no two share a task.
 * Depth-first search (Tarjan 1972) without recursion, so that a long chain does not run out of stack.
 */
export function findCycles(tasks: readonly GraphTask[]): string[][] {
  const dependenciesOf = new Map<string, string[]>();
  for (const task of tasks) {
    const known = dependenciesOf.get(task.task_id);
    if (known === undefined) dependenciesOf.set(task.task_id, [...task.dependencies]);
    else for (const dependency of task.dependencies) known.push(dependency);
  }
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const root of dependenciesOf.keys()) {
    const path: { id: string; next: number }[] = [];
    const onPath = new Map<string, number>();
    const enter = (id: string) => {
      onPath.set(id, path.length);
      path.push({ id, next: 0 });
    };
    if (!done.has(root)) enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const dependency = dependenciesOf.get(top.id)?.[top.next++];
      if (dependency === undefined) {
        path.pop();
        onPath.delete(top.id);
        done.add(top.id);
      } else if (dependency !== top.id && dependenciesOf.has(dependency) && !done.has(dependency)) {
        const start = onPath.get(dependency);
        if (start === undefined) enter(dependency);
        else {
          const ids = path.splice(start).map(({ id }) => id);
          for (const id of ids) {
            onPath.delete(id);
            done.add(id);
          }
          const forward = ids.reverse();
          cycles.push([...forward, forward[0] ?? dependency]);
        }
      }
    }
  }
  return cycles;
}
