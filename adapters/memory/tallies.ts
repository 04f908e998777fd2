import type { Tallies } from '../../core/ports/tallies.ts';
import { minuteOf } from '../../core/tally/series.ts';

export function createMemoryTallies(): Tallies {
  const series = new Map<string, Map<number, Record<string, number>>>();
  const seen = new Set<string>();
  return {
    async add(increments, once) {
      if (seen.has(once)) return;
      seen.add(once);
      for (const { series: name, at, counts } of increments) {
        const minutes = series.get(name) ?? new Map<number, Record<string, number>>();
        series.set(name, minutes);
        const before = minutes.get(minuteOf(at)) ?? {};
        const after = { ...before };
        for (const [counter, count] of Object.entries(counts)) after[counter] = (after[counter] ?? 0) + count;
        minutes.set(minuteOf(at), after);
      }
    },

    async read(name, from, to) {
      return [...(series.get(name) ?? [])]
        .filter(([at]) => at >= from && at < to)
        .sort(([a], [b]) => a - b)
        .map(([at, counts]) => ({ at, counts }));
    },
  };
}
