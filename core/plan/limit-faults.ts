/** What a compiled plan would need beyond the limits of where it runs and of where its tickets are kept. */
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import { compensationOrder } from './compensation.ts';
import { type Compiled, checkLimits } from './compile/index.ts';
import { fault } from './faults.ts';
import type { PlanSettings } from './limits.ts';

export function limitFaults(plan: CognitivePlan, { stats, gates }: Compiled, settings: PlanSettings): PlanFault[] {
  const over = checkLimits(stats);
  const faults = over ? [fault('PLAN_OVER_STEP_FUNCTIONS_LIMITS', ['tasks'], over.message)] : [];
  const ends = endsOf(gates);
  // As if everything had been done: the most that a failure may have to undo.
  const undo = compensationOrder(
    plan.tasks.map(({ compensation, ...task }) => ({ ...task, compensable: compensation !== undefined })),
    new Set(plan.tasks.map(({ task_id }) => task_id)),
  );
  const undoEnds = endsOf(undo.flatMap(({ task_id, after }) => after.map((before) => ({ before, after: task_id }))));
  plan.tasks.forEach(({ task_id }, index) => {
    const count = ends.get(task_id) ?? 0;
    if (count > settings.max_gates_of_task)
      faults.push(
        fault(
          'PLAN_TOO_MANY_EDGES',
          ['tasks', index],
          `is an end of ${count} gated dependencies, at most ${settings.max_gates_of_task}: put a task in between`,
        ),
      );
    const undone = undoEnds.get(task_id) ?? 0;
    if (undone > settings.max_gates_of_task)
      faults.push(
        fault(
          'PLAN_COMPENSATION_TOO_WIDE',
          ['tasks', index, 'compensation'],
          `its undoing would wait for, or be waited for by, ${undone} others, at most ${settings.max_gates_of_task}: give a task in between a compensation`,
        ),
      );
  });
  return faults;
}

function endsOf(edges: readonly { before: string; after: string }[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { before, after } of edges) for (const task of [before, after]) ends.set(task, (ends.get(task) ?? 0) + 1);
  return ends;
}
