/**
 * Earliest finish time with insertion, as HEFT places tasks (Topcuoglu, Hariri & Wu 2002): by rank among those whose
 * predecessors are placed, each where it ends first, in a gap between tasks placed before where it fits.
 */
import { type Builder, insertByRank, type Schedule } from './schedule.ts';

/** ms: sums of the same durations in another order differ by less */
const ROUNDING = 1e-6;

export const insertion: Builder = (problem, rank) => {
  const { tasks, slots, predecessors, successors, durations, releases } = problem;
  const starts = new Float64Array(tasks);
  const ends = new Float64Array(tasks);
  const places = new Int32Array(tasks);
  const busyFrom: number[][] = Array.from({ length: slots }, () => []);
  const busyUntil: number[][] = Array.from({ length: slots }, () => []);
  const unmet = Int32Array.from(predecessors, (list) => list.length);
  const open: number[] = [];
  for (const task of problem.order) if (unmet[task] === 0) insertByRank(open, task, rank);
  let makespan = 0;
  for (let task = open.shift(); task !== undefined; task = open.shift()) {
    let ready = releases[task] as number;
    for (const before of predecessors[task] as readonly number[]) ready = Math.max(ready, ends[before] as number);
    const row = durations[task] as Float64Array;
    let best = 0;
    let end = Number.POSITIVE_INFINITY;
    let position = 0;
    for (let slot = 0; slot < slots; slot++) {
      const duration = row[slot] as number;
      const from = busyFrom[slot] as number[];
      const until = busyUntil[slot] as number[];
      let begin = ready;
      let at = firstAfter(until, ready);
      for (; at < from.length && begin + duration < end; at++) {
        if (begin + duration <= (from[at] as number) + ROUNDING) break;
        begin = Math.max(begin, until[at] as number);
      }
      if (begin + duration < end) [best, end, position] = [slot, begin + duration, at];
    }
    starts[task] = end - (row[best] as number);
    ends[task] = end;
    places[task] = best;
    (busyFrom[best] as number[]).splice(position, 0, starts[task] as number);
    (busyUntil[best] as number[]).splice(position, 0, end);
    makespan = Math.max(makespan, end);
    for (const after of successors[task] as readonly number[]) {
      const still = (unmet[after] as number) - 1;
      unmet[after] = still;
      if (still === 0) insertByRank(open, after, rank);
    }
  }
  return { starts, ends, slots: places, makespan } satisfies Schedule;
};

/** The first position whose value is later than `time` in a rising list. */
function firstAfter(rising: readonly number[], time: number): number {
  let low = 0;
  for (let high = rising.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
