/** The dependencies of a plan that no others imply. */
import { neighbours } from './adjacency.ts';
import { closureOf } from './closure.ts';
import { toGraph } from './graph.ts';
import type { CompilerTask, Gate } from './types.ts';

/** The transitive reduction, in canonical order. @throws as `compilePlan` */
export function transitiveReduction(plan: readonly CompilerTask[]): Gate[] {
  const { tasks, successors } = toGraph(plan);
  const { covers } = closureOf(successors);
  const id = (task: number): string => (tasks[task] as CompilerTask).task_id;
  return tasks.flatMap(({ task_id }, a) =>
    Array.from(neighbours(covers, a), (b) => ({ before: task_id, after: id(b) })),
  );
}
