import { expect, it } from 'vitest';
import { anywhere } from '../../../../bench/support/random-plans.ts';
import { closureOf } from '../../../../core/plan/compile/closure.ts';
import { toGraph } from '../../../../core/plan/compile/graph.ts';
import { closureOfPlan } from '../../../support/plan-order.ts';

it.each([1, 31, 32, 33, 200])('the closure of %d tasks answers for every pair, either way round', (count) => {
  const plan = anywhere(count, 1.5, count).tasks;
  const { tasks, successors } = toGraph(plan);
  const { precedes } = closureOf(successors);
  const expected = closureOfPlan(plan);
  for (const [a, first] of tasks.entries()) {
    const found = tasks.filter((_, b) => precedes(a, b)).map((task) => task.task_id);
    expect(new Set(found)).toEqual(expected.get(first.task_id));
  }
});
