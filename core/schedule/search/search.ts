/**
 * Looks for a short schedule: iterated local search over ranks (Lourenço, Martin & Stützle 2003). A few ranks are kicked, the
 * schedule that follows is justified, and it is gone on with unless it is longer. Stops at the lower bound, where
 * nothing is left to find.
 */
import { lowerBound } from './bound.ts';
import { dispatch } from './dispatch.ts';
import { justify, type RankedSchedule } from './justify.ts';
import { average, fastest, type Problem, upwardCosts } from './problem.ts';
import type { Builder, Schedule } from './schedule.ts';

export interface SearchOptions {
  /** built at most: what the search costs, the same on every machine; at least 1 */
  readonly schedules: number;
  /** once so many slots were looked at no further schedule is built; default: however many it takes */
  readonly steps?: number;
  /** uniform in [0, 1) */
  readonly random: () => number;
  /** how a schedule follows from a rank; default: the dispatch rule */
  readonly build?: Builder;
  /** ms that no schedule can be shorter than; default `lowerBound` */
  readonly bound?: number;
}

export interface Found extends RankedSchedule {
  /** schedules that were built */
  readonly built: number;
  /** ms */
  readonly bound: number;
}

/** A kick moves a rank by this share of the longest way at most, either way. */
const KICK = 1;
/** A kick moves this share of the tasks at most. */
const KICKED = 0.05;
/** Sums of the same durations in another order differ by less, as a share. */
const ROUNDING = 1e-9;

export function searchSchedule(problem: Problem, options: SearchOptions): Found {
  const {
    schedules,
    steps = Number.POSITIVE_INFINITY,
    random,
    build = dispatch,
    bound = lowerBound(problem),
  } = options;
  let built = 0;
  let looked = 0;
  const room = (count: number): boolean => built + count <= schedules && looked < steps;
  const count = (schedules: number, { steps = 0 }: Schedule): void => {
    built += schedules;
    looked += schedules * steps;
  };
  const isBest = ({ makespan }: Schedule): boolean => makespan <= bound * (1 + ROUNDING);

  function descend(rank: Float64Array): RankedSchedule {
    let here: RankedSchedule = { rank, schedule: build(problem, rank) };
    count(1, here.schedule);
    let last = here;
    while (!isBest(here.schedule) && room(2)) {
      last = justify(problem, last.schedule, build);
      count(2, last.schedule);
      const shorter = last.schedule.makespan < here.schedule.makespan;
      if (last.schedule.makespan <= here.schedule.makespan) here = last;
      if (!shorter) break;
    }
    return here;
  }

  const first = upwardCosts(problem, average(problem));
  const longest = first.reduce((a, b) => Math.max(a, b), 0);
  let best = descend(first);
  if (!isBest(best.schedule) && room(1)) best = shorterOf(best, descend(upwardCosts(problem, fastest(problem))));
  let here = best;
  while (!isBest(best.schedule) && room(1)) {
    const next = descend(kicked(here.rank, longest, random));
    if (next.schedule.makespan <= here.schedule.makespan) here = next;
    best = shorterOf(best, here);
  }
  return { ...best, built, bound };
}

const shorterOf = (a: RankedSchedule, b: RankedSchedule): RankedSchedule =>
  b.schedule.makespan < a.schedule.makespan ? b : a;

function kicked(rank: Float64Array, longest: number, random: () => number): Float64Array {
  const next = rank.slice();
  const count = 1 + Math.floor(random() * Math.max(1, KICKED * rank.length));
  for (let kick = 0; kick < count; kick++) {
    const task = Math.floor(random() * rank.length);
    next[task] = Math.max(0, (next[task] as number) + 2 * KICK * longest * (random() - 0.5));
  }
  return next;
}
