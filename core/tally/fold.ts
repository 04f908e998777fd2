/** Minutes that were counted as what is asked of them: sums, and a row without gaps. */
import type { TalliedMinute } from '../ports/tallies.ts';

/** Of all of them, by counter. */
export function totalOf(minutes: readonly TalliedMinute[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { counts } of minutes)
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return total;
}

/**
 * One counter as a row of equal steps from `from` on: 0 where nothing was counted.
 * @param from epoch ms, as `to` a multiple of `stepMs`, which is a multiple of a minute
 */
export function rowOf(
  minutes: readonly TalliedMinute[],
  counter: string,
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
): number[] {
  const row = new Array<number>(Math.max(0, Math.round((to - from) / stepMs))).fill(0);
  for (const { at, counts } of minutes) {
    const step = Math.floor((at - from) / stepMs);
    if (step >= 0 && step < row.length) row[step] = (row[step] as number) + (counts[counter] ?? 0);
  }
  return row;
}
