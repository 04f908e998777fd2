/** A schedule searched for before anything runs, within a budget. */
import { lowerBound } from '../schedule/search/bound.ts';
import { insertion } from '../schedule/search/insertion.ts';
import type { Problem } from '../schedule/search/problem.ts';
import { type Found, searchSchedule } from '../schedule/search/search.ts';

/** With slots that are all alike, dispatching finds shorter schedules; else half of the budget goes to insertion. */
export function bestOfBuilders(problem: Problem, schedules: number, random: () => number): Found {
  const bound = lowerBound(problem);
  const alike = problem.durations.every((row) => row.every((ms) => ms === row[0]));
  if (alike || schedules < 2) return searchSchedule(problem, { schedules, random, bound });
  const half = Math.floor(schedules / 2);
  const dispatched = searchSchedule(problem, { schedules: half, random, bound });
  const inserted = searchSchedule(problem, { schedules: schedules - half, random, bound, build: insertion });
  const built = dispatched.built + inserted.built;
  const best = inserted.schedule.makespan < dispatched.schedule.makespan ? inserted : dispatched;
  return { ...best, built };
}
