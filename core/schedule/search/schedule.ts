/** When and where each task runs. */
import type { Problem } from './problem.ts';

export interface Schedule {
  /** ms, by task */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** slot, by task */
  readonly slots: Int32Array;
  /** ms when the last task ends */
  readonly makespan: number;
  /** slots that were looked at for tasks: what building it cost; absent: not counted */
  readonly steps?: number;
}

/** From a rank to a schedule: tasks of higher rank are placed first. */
export type Builder = (problem: Problem, rank: Float64Array) => Schedule;

/** Higher rank first, then the lower number, so that a schedule depends on nothing but its rank. */
export const byRank =
  (rank: Float64Array) =>
  (a: number, b: number): number =>
    (rank[b] as number) - (rank[a] as number) || a - b;

/** Puts a task in its place in a list that is sorted by rank. */
export function insertByRank(list: number[], task: number, rank: Float64Array): void {
  const compare = byRank(rank);
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (compare(list[middle] as number, task) < 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, task);
}
