/** Problems of scheduling, drawn at random. */
import fc from 'fast-check';
import { type Problem, problemOf } from '../../core/schedule/search/problem.ts';
import type { Schedule } from '../../core/schedule/search/schedule.ts';

const MAX_TASKS = 12;

/** Slots of different speeds, some of which may not run everything, and tasks that are released later. */
export const problems = (options: { alike?: boolean } = {}): fc.Arbitrary<Problem> =>
  fc
    .record({ tasks: fc.integer({ min: 1, max: MAX_TASKS }), slots: fc.integer({ min: 1, max: 4 }) })
    .chain(({ tasks, slots }) =>
      fc.record({
        predecessors: fc.tuple(
          ...Array.from({ length: tasks }, (_, task) =>
            fc.uniqueArray(fc.nat(Math.max(0, task - 1)), { maxLength: task }),
          ),
        ),
        durations: fc.array(durationsOn(slots, options.alike ?? false), { minLength: tasks, maxLength: tasks }),
        releases: fc.array(fc.nat(options.alike ? 0 : 30), { minLength: tasks, maxLength: tasks }),
        slots: fc.constant(slots),
      }),
    )
    .map(({ predecessors, durations, releases, slots }) =>
      problemOf(predecessors, durations, slots, Float64Array.from(releases)),
    );

function durationsOn(slots: number, alike: boolean): fc.Arbitrary<Float64Array> {
  const time = fc.integer({ min: 1, max: 20 });
  if (alike) return time.map((ms) => new Float64Array(slots).fill(ms));
  const maybe = fc.option(time, { nil: Number.POSITIVE_INFINITY, freq: 5 });
  return fc
    .tuple(time, fc.array(maybe, { minLength: slots - 1, maxLength: slots - 1 }))
    .map(([first, others]) => Float64Array.from([first, ...others]));
}

/** What is wrong with a schedule; empty when nothing is. */
export function violations(problem: Problem, { starts, ends, slots, makespan }: Schedule): string[] {
  const found: string[] = [];
  const at = (list: ArrayLike<number>, index: number): number => list[index] as number;
  for (let task = 0; task < problem.tasks; task++) {
    const duration = at(problem.durations[task] as Float64Array, at(slots, task));
    if (Math.abs(at(ends, task) - at(starts, task) - duration) > 1e-6) found.push(`${task} has another duration`);
    if (at(starts, task) < at(problem.releases, task)) found.push(`${task} begins before its release`);
    if (at(ends, task) > makespan) found.push(`${task} ends after the makespan`);
    for (const before of problem.predecessors[task] as readonly number[])
      if (at(starts, task) < at(ends, before) - 1e-6) found.push(`${task} begins before ${before} has ended`);
    for (let other = 0; other < task; other++) {
      const apart = at(ends, task) <= at(starts, other) + 1e-6 || at(ends, other) <= at(starts, task) + 1e-6;
      if (at(slots, task) === at(slots, other) && !apart) found.push(`${task} and ${other} share a slot`);
    }
  }
  return found;
}
