import { expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { compilePlan } from '../../../core/plan/compile/index.ts';
import { limitFaults } from '../../../core/plan/limit-faults.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import { parsedPlan, task } from '../../support/plans.ts';

/** Two forks that cross: n tasks wait for both roots, one more for the first alone, so one root's edges are gated. */
const crossing = (n: number) =>
  parsedPlan({
    tasks: [
      task('left'),
      task('right'),
      task('only-left', { dependencies: ['left'] }),
      ...Array.from({ length: n }, (_, index) => task(`both-${index}`, { dependencies: ['left', 'right'] })),
    ],
  });

it('refuses a plan in which one task is an end of more gates than its ticket can hold, and names it', () => {
  const many = crossing(30);
  const compiled = compilePlan(many.tasks, { sha256 });
  expect(compiled.gates.length).toBeGreaterThan(0);
  const most = Math.max(
    ...many.tasks.map(
      ({ task_id }) => compiled.gates.filter((gate) => gate.before === task_id || gate.after === task_id).length,
    ),
  );
  expect(limitFaults(many, compiled, { ...PLAN_SETTINGS, max_gates_of_task: most })).toEqual([]);
  const faults = limitFaults(many, compiled, { ...PLAN_SETTINGS, max_gates_of_task: most - 1 });
  expect(faults[0]).toMatchObject({ code: 'PLAN_TOO_MANY_EDGES' });
  expect(faults[0]?.path).toMatch(/^\/tasks\/\d+$/);
});

it('refuses a plan whose undoing would have more gates at one ticket than it can hold, and names the task', () => {
  const undoable = { compensation: { parameters: {} } };
  const names = Array.from({ length: 5 }, (_, index) => `${index}`);
  const wide = parsedPlan({
    tasks: [
      ...names.map((name) => task(`before-${name}`, undoable)),
      task('plain', { dependencies: names.map((name) => `before-${name}`) }),
      ...names.map((name) => task(`after-${name}`, { dependencies: ['plain'], ...undoable })),
    ],
  });
  const compiled = compilePlan(wide.tasks, { sha256 });
  expect(limitFaults(wide, compiled, { ...PLAN_SETTINGS, max_gates_of_task: 5 })).toEqual([]);
  const faults = limitFaults(wide, compiled, { ...PLAN_SETTINGS, max_gates_of_task: 4 });
  expect(faults).toHaveLength(10);
  expect(faults[0]).toMatchObject({ code: 'PLAN_COMPENSATION_TOO_WIDE', path: '/tasks/0/compensation' });
});
