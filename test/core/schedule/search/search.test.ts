import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HiveError } from '../../../../core/errors.ts';
import { lowerBound } from '../../../../core/schedule/search/bound.ts';
import { dispatch } from '../../../../core/schedule/search/dispatch.ts';
import { insertion } from '../../../../core/schedule/search/insertion.ts';
import { justify } from '../../../../core/schedule/search/justify.ts';
import { average, type Problem, problemOf, upwardCosts } from '../../../../core/schedule/search/problem.ts';
import { searchSchedule } from '../../../../core/schedule/search/search.ts';
import { createRandom } from '../../../../core/simulate/random.ts';
import { problems, violations } from '../../../support/problems.ts';

const upward = (problem: Problem) => upwardCosts(problem, average(problem));

/** The shortest makespan, over every order of the tasks and every slot for each: tasks that begin as early as they can. */
function shortest(problem: Problem): number {
  let best = Number.POSITIVE_INFINITY;
  const ends = new Float64Array(problem.tasks);
  const placed = new Set<number>();
  const visit = (free: readonly number[], until: number): void => {
    if (until >= best) return;
    if (placed.size === problem.tasks) {
      best = until;
      return;
    }
    for (let task = 0; task < problem.tasks; task++) {
      const before = problem.predecessors[task] as readonly number[];
      if (placed.has(task) || !before.every((other) => placed.has(other))) continue;
      const ready = Math.max(problem.releases[task] as number, ...before.map((other) => ends[other] as number));
      placed.add(task);
      for (let slot = 0; slot < problem.slots; slot++) {
        const end = Math.max(ready, free[slot] as number) + (problem.durations[task]?.[slot] as number);
        if (!Number.isFinite(end)) continue;
        ends[task] = end;
        visit(free.with(slot, end), Math.max(until, end));
      }
      placed.delete(task);
    }
  };
  visit(new Array(problem.slots).fill(0), 0);
  return best;
}

describe('a schedule that is built from a rank', () => {
  it.each([
    ['by dispatching', dispatch],
    ['by insertion', insertion],
  ])('%s keeps every order, release and slot', (_, build) => {
    fc.assert(
      fc.property(problems(), fc.infiniteStream(fc.nat(50)), (problem, ranks) => {
        const rank = Float64Array.from([...ranks.take(problem.tasks)]);
        expect(violations(problem, build(problem, rank))).toEqual([]);
      }),
    );
  });

  it('has no slot idle while a task is ready, where slots are alike', () => {
    const row = new Float64Array(2).fill(10);
    const { starts } = dispatch(problemOf([[], [], []], [row, row, row], 2), Float64Array.of(1, 3, 2));
    expect([...starts]).toEqual([10, 0, 0]);
  });

  it('lets tasks wait for a fast slot, one after the other, where that ends them sooner', () => {
    const row = Float64Array.of(1, 100);
    const { slots, makespan } = dispatch(problemOf([[], [], []], [row, row, row], 2), Float64Array.of(3, 2, 1));
    expect([...slots]).toEqual([0, 0, 0]);
    expect(makespan).toBe(3);
  });

  it('fills a gap before a task that was placed earlier, by insertion', () => {
    const problem = problemOf([[], [0], []], [Float64Array.of(5, 9), Float64Array.of(9, 2), Float64Array.of(9, 5)], 2);
    const { starts, slots } = insertion(problem, Float64Array.of(9, 8, 1));
    expect([starts[1], starts[2], slots[2]]).toEqual([5, 0, 1]);
  });
});

describe('the lower bound', () => {
  it.each([
    ['of slots that are alike', true],
    ['of slots that differ', false],
  ])('%s is never above the shortest schedule', (_, alike) => {
    fc.assert(
      fc.property(
        problems({ alike }).filter(({ tasks }) => tasks <= 6),
        (problem) => {
          expect(lowerBound(problem)).toBeLessThanOrEqual(shortest(problem) + 1e-6);
        },
      ),
    );
  });

  it('knows that a join after much work cannot begin before the work is shared out', () => {
    const row = (ms: number) => new Float64Array(2).fill(ms);
    const fork = problemOf([[], [0], [0], [0], [0], [1, 2, 3, 4]], [row(3), row(5), row(5), row(5), row(5), row(4)], 2);
    expect(lowerBound(fork)).toBe(17);
  });
});

describe('the search', () => {
  it('never finds a longer schedule than the upward rank gives, nor one below the bound', () => {
    fc.assert(
      fc.property(problems(), fc.integer({ min: 1, max: 20 }), fc.nat(), (problem, schedules, seed) => {
        const found = searchSchedule(problem, { schedules, random: createRandom(seed) });
        expect(violations(problem, found.schedule)).toEqual([]);
        expect(found.schedule.makespan).toBeLessThanOrEqual(dispatch(problem, upward(problem)).makespan);
        expect(found.schedule.makespan).toBeGreaterThanOrEqual(found.bound - 1e-6);
        expect(found.built).toBeLessThanOrEqual(schedules);
        expect(dispatch(problem, found.rank).makespan).toBe(found.schedule.makespan);
      }),
    );
  });

  it('finds the shortest schedule of small problems with slots that are alike', () => {
    fc.assert(
      fc.property(
        problems({ alike: true }).filter(({ tasks }) => tasks <= 6),
        (problem) => {
          const { schedule } = searchSchedule(problem, { schedules: 300, random: createRandom(1) });
          const best = shortest(problem);
          // Dispatching never leaves a slot idle, and the shortest schedule sometimes has to.
          expect(schedule.makespan).toBeLessThanOrEqual(1.2 * best);
          expect(schedule.makespan).toBeGreaterThanOrEqual(best - 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('shortens by a pass backwards what the critical path alone does not see', () => {
    // Two slots. The longest task is on no longer way than the four before the join, and yet the join waits for all four.
    const row = (ms: number) => new Float64Array(2).fill(ms);
    const problem = problemOf([[], [], [], [], [], [1, 2, 3, 4]], [8, 3, 3, 3, 3, 4].map(row), 2);
    const first = dispatch(problem, upward(problem));
    const second = justify(problem, first, dispatch);
    expect([first.makespan, second.schedule.makespan]).toEqual([15, 13]);
    expect([...second.rank]).toEqual([8, 13, 11, 10, 7, 4]);
  });

  it('builds no further schedule once it has looked at as many slots as it may', () => {
    fc.assert(
      fc.property(problems(), fc.integer({ min: 0, max: 500 }), (problem, steps) => {
        const options = { schedules: 50, random: createRandom(1) };
        const { built } = searchSchedule(problem, { ...options, steps });
        const first = dispatch(problem, upward(problem)).steps ?? 0;
        expect(first).toBeGreaterThanOrEqual(problem.tasks * problem.slots);
        if (steps <= first) expect(built).toBe(1);
        expect(built).toBeLessThanOrEqual(searchSchedule(problem, options).built);
      }),
    );
  });

  it('stops at the bound', () => {
    const row = new Float64Array(3).fill(4);
    const problem = problemOf([[], [], []], [row, row, row], 3);
    expect(searchSchedule(problem, { schedules: 1000, random: createRandom(1) }).built).toBe(1);
  });
});

describe('a problem', () => {
  it('with a cycle, or with a task that no slot may run, is refused', () => {
    const row = Float64Array.of(1);
    const code = (make: () => unknown): unknown => {
      try {
        return make();
      } catch (error) {
        return (error as HiveError).code;
      }
    };
    expect(code(() => problemOf([[1], [0]], [row, row], 1))).toBe('SCHEDULE_CYCLE');
    expect(code(() => problemOf([[]], [Float64Array.of(Number.POSITIVE_INFINITY)], 1))).toBe('SCHEDULE_NO_SLOT');
  });
});
