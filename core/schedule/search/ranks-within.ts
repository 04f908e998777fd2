/** Upward ranks that know how many slots there are: `upwardRanks` for a swarm that is not without end. */
import type { Ranked } from '../../plan/upward-rank.ts';
import { problemOf } from './problem.ts';
import { searchSchedule } from './search.ts';

/** A schedule by upward rank, its mirror, and the schedule that follows. */
const ONE_PASS = 3;

/**
 * Of each task, how long before the plan's end it is to begin on so many slots that are alike, ms if `durationOf` is; its own
 * duration at least. One forward-backward pass; where that does not shorten the plan, the upward ranks.
 * Dependencies that name no task are left out. @throws HiveError SCHEDULE_CYCLE
 *
 * @param slots at least 1
 */
export function ranksWithin<T extends Ranked>(
  tasks: readonly T[],
  durationOf: (task: T) => number,
  slots: number,
): ReadonlyMap<string, number> {
  const numbers = new Map(tasks.map(({ task_id }, number) => [task_id, number]));
  const predecessors = tasks.map(({ dependencies }) =>
    dependencies.map((id) => numbers.get(id)).filter((number) => number !== undefined),
  );
  // More slots than tasks are as good as no end of them.
  const count = Math.max(1, Math.min(slots, tasks.length));
  const durations = tasks.map((task) => new Float64Array(count).fill(durationOf(task)));
  const { rank } = searchSchedule(problemOf(predecessors, durations, count), { schedules: ONE_PASS, random: () => 0 });
  return new Map(tasks.map(({ task_id }, number) => [task_id, rank[number] as number]));
}
