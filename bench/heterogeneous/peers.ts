/**
 * The list schedulers that ours is measured against, without the cost of communication: HEFT and CPOP (Topcuoglu, Hariri & Wu,
 * "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002) and min-min (Ibarra & Kim
 * 1977; for graphs as in Blythe et al., "Task scheduling strategies for workflow-based applications in grids", 2005: over
 * the tasks whose predecessors are placed). Each answers a makespan in ms.
 */
import { average, type Problem, upwardCosts } from '../../core/schedule/search/problem.ts';
import { insertByRank } from '../../core/schedule/search/schedule.ts';

/** A slot's busy times, rising. */
type Busy = { from: number; until: number }[];

/** Upward rank by mean durations; each task in that order where it ends first, gaps included. */
export function heft(problem: Problem): number {
  const rank = upwardCosts(problem, average(problem));
  return place(problem, rank, () => undefined);
}

/**
 * Upward + downward rank; the tasks of one critical path go to the slot that runs all of them fastest, the others where they
 * end first; in order of rank among those that are ready.
 */
export function cpop(problem: Problem): number {
  const costs = average(problem);
  const up = upwardCosts(problem, costs);
  const down = new Float64Array(problem.tasks);
  for (const task of problem.order)
    for (const next of problem.successors[task] ?? [])
      down[next] = Math.max(down[next] ?? 0, (down[task] ?? 0) + (costs[task] ?? 0));
  const rank = up.map((value, task) => value + (down[task] ?? 0));
  const longest = rank.reduce((a, b) => Math.max(a, b), 0);
  const isCritical = (task: number): boolean => Math.abs((rank[task] ?? 0) - longest) <= 1e-9 * longest;
  const path = new Set<number>();
  let at = problem.order.find((task) => problem.predecessors[task]?.length === 0 && isCritical(task));
  for (; at !== undefined; at = problem.successors[at]?.find(isCritical)) path.add(at);
  const sums = Array.from({ length: problem.slots }, (_, slot) =>
    [...path].reduce((sum, task) => sum + (problem.durations[task]?.[slot] ?? 0), 0),
  );
  const critical = sums.indexOf(Math.min(...sums));
  return place(problem, rank, (task) => (path.has(task) ? critical : undefined));
}

/** @param slotOf the only slot for a task, or undefined: any */
function place(problem: Problem, rank: Float64Array, slotOf: (task: number) => number | undefined): number {
  const busy: Busy[] = Array.from({ length: problem.slots }, () => []);
  const ends = new Float64Array(problem.tasks);
  forEachReady(problem, rank, (task, ready) => {
    const only = slotOf(task);
    let best = { slot: 0, start: 0, end: Number.POSITIVE_INFINITY };
    for (let slot = only ?? 0; slot <= (only ?? problem.slots - 1); slot++) {
      const duration = problem.durations[task]?.[slot] ?? Number.POSITIVE_INFINITY;
      const start = firstGap(busy[slot] as Busy, ready, duration);
      if (start + duration < best.end) best = { slot, start, end: start + duration };
    }
    const of = busy[best.slot] as Busy;
    const after = of.findIndex(({ from }) => from >= best.end);
    of.splice(after < 0 ? of.length : after, 0, { from: best.start, until: best.end });
    ends[task] = best.end;
    return best.end;
  });
  return Math.max(...ends);
}

function firstGap(busy: Busy, ready: number, duration: number): number {
  let start = ready;
  for (const { from, until } of busy) {
    if (start + duration <= from) break;
    start = Math.max(start, until);
  }
  return start;
}

/** Tasks by rank among those whose predecessors are placed; with upward ranks that is the order of the rank itself. */
function forEachReady(problem: Problem, rank: Float64Array, run: (task: number, ready: number) => number): void {
  const unmet = problem.predecessors.map((list) => list.length);
  const readyAt = new Float64Array(problem.tasks);
  const open: number[] = [];
  for (const task of problem.order) if (unmet[task] === 0) insertByRank(open, task, rank);
  for (let task = open.shift(); task !== undefined; task = open.shift()) {
    const end = run(task, readyAt[task] ?? 0);
    for (const next of problem.successors[task] ?? []) {
      readyAt[next] = Math.max(readyAt[next] ?? 0, end);
      unmet[next] = (unmet[next] ?? 0) - 1;
      if (unmet[next] === 0) insertByRank(open, next, rank);
    }
  }
}

/** Again and again the task, of those whose predecessors are placed, that can end first, where it does. */
export function minMin(problem: Problem): number {
  const unmet = problem.predecessors.map((list) => list.length);
  const readyAt = new Float64Array(problem.tasks);
  const free = new Float64Array(problem.slots);
  const open = problem.order.filter((task) => unmet[task] === 0);
  let makespan = 0;
  while (open.length > 0) {
    let best = { at: 0, slot: 0, end: Number.POSITIVE_INFINITY };
    for (const [at, task] of open.entries())
      for (let slot = 0; slot < problem.slots; slot++) {
        const begin = Math.max(free[slot] ?? 0, readyAt[task] ?? 0);
        const end = begin + (problem.durations[task]?.[slot] ?? Number.POSITIVE_INFINITY);
        if (end < best.end) best = { at, slot, end };
      }
    const [task] = open.splice(best.at, 1) as [number];
    free[best.slot] = best.end;
    makespan = Math.max(makespan, best.end);
    for (const next of problem.successors[task] ?? []) {
      readyAt[next] = Math.max(readyAt[next] ?? 0, best.end);
      unmet[next] = (unmet[next] ?? 0) - 1;
      if (unmet[next] === 0) open.push(next);
    }
  }
  return makespan;
}
