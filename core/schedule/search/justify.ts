/**
 * Forward-backward improvement (Li & Willis 1992; "double justification" in Valls, Ballestín & Quintanilla, "Justification
 * and RCPSP: a technique that pays", 2005): the schedule of a rank is built again with time running backwards, latest end
 * first. What a task's end is there, counted from the plan's end, is a new rank: the upward rank that knows how many
 * slots there are, where the usual one takes them to be without end.
 */
import { type Problem, reversed } from './problem.ts';
import type { Builder, Schedule } from './schedule.ts';

export interface RankedSchedule {
  readonly rank: Float64Array;
  readonly schedule: Schedule;
}

/** Two schedules are built: this one's mirror, and the one of the rank found. It may be longer than the one given. */
export function justify(problem: Problem, { ends }: Schedule, build: Builder): RankedSchedule {
  const rank = build(reversed(problem), ends).ends;
  return { rank, schedule: build(problem, rank) };
}
