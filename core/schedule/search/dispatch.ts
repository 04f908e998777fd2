/**
 * The dispatch rule of a round, forecast to the end: whenever a slot is free, the tasks that are ready are looked at by
 * rank, and each takes the slot that ends it first. A slot that is busy may be that one: then the task waits for it, the
 * slot counts as taken for those that come after, and a free slot goes to one of them (earliest finish time, as in HEFT:
 * Topcuoglu, Hariri & Wu 2002, but by decisions as time goes instead of a plan). With slots that are all alike nothing ever
 * waits, and it is Graham's list scheduling.
 */
import { type Builder, insertByRank, type Schedule } from './schedule.ts';

const NOBODY = -1;

export const dispatch: Builder = (problem, rank) => {
  const { tasks, slots, predecessors, successors, durations, releases } = problem;
  const starts = new Float64Array(tasks);
  const ends = new Float64Array(tasks);
  const places = new Int32Array(tasks);
  const unmet = Int32Array.from(predecessors, (list) => list.length);
  const holds = new Int32Array(slots).fill(NOBODY);
  const free = new Float64Array(slots);
  const available = new Float64Array(slots);
  const ready: number[] = [];
  /** may not begin yet, the earliest last */
  const unreleased: number[] = [];
  let now = 0;
  let idle = slots;
  let left = tasks;
  let steps = 0;

  const release = (task: number): void => {
    if ((releases[task] as number) <= now) insertByRank(ready, task, rank);
    else {
      unreleased.push(task);
      unreleased.sort((a, b) => (releases[b] as number) - (releases[a] as number) || b - a);
    }
  };

  function place(): void {
    for (let slot = 0; slot < slots; slot++) available[slot] = holds[slot] === NOBODY ? now : (free[slot] as number);
    let kept = 0;
    for (let at = 0; at < ready.length; at++) {
      const task = ready[at] as number;
      if (idle === 0) {
        ready[kept++] = task;
        continue;
      }
      const row = durations[task] as Float64Array;
      steps += slots;
      let best = 0;
      let end = Number.POSITIVE_INFINITY;
      for (let slot = 0; slot < slots; slot++) {
        const ends = (available[slot] as number) + (row[slot] as number);
        if (ends < end) [best, end] = [slot, ends];
      }
      if ((available[best] as number) > now) ready[kept++] = task;
      else {
        holds[best] = task;
        free[best] = end;
        idle -= 1;
        starts[task] = now;
        ends[task] = end;
        places[task] = best;
      }
      available[best] = end;
    }
    ready.length = kept;
  }

  for (const task of problem.order) if (unmet[task] === 0) release(task);
  while (left > 0) {
    if (idle > 0 && ready.length > 0) place();
    let next = unreleased.length > 0 ? (releases[unreleased.at(-1) as number] as number) : Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < slots; slot++)
      if (holds[slot] !== NOBODY && (free[slot] as number) < next) next = free[slot] as number;
    now = next;
    while (unreleased.length > 0 && (releases[unreleased.at(-1) as number] as number) <= now)
      insertByRank(ready, unreleased.pop() as number, rank);
    for (let slot = 0; slot < slots; slot++) {
      const task = holds[slot] as number;
      if (task === NOBODY || (free[slot] as number) > now) continue;
      holds[slot] = NOBODY;
      idle += 1;
      left -= 1;
      for (const after of successors[task] as readonly number[]) {
        const still = (unmet[after] as number) - 1;
        unmet[after] = still;
        if (still === 0) release(after);
      }
    }
  }
  return { starts, ends, slots: places, makespan: now, steps } satisfies Schedule;
};
