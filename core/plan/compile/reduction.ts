/** The dependencies of a plan that no others imply. */
import { closureOf } from './closure.ts';
import { toGraph } from './graph.ts';
import type { CompilerTask, Gate } from './types.ts';

/** The transitive reduction, in canonical order. @throws as `compilePlan` */
export function transitiveReduction(plan: readonly CompilerTask[]): Gate[] {
  const { tasks, successors } = toGraph(plan);
  const id = (task: number): string => (tasks[task] as CompilerTask).task_id;
  return closureOf(successors).covers.flatMap((list, a) => list.map((b) => ({ before: id(a), after: id(b) })));
}
