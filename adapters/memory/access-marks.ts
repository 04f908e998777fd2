import type { AccessMarks } from '../../core/ports/access-marks.ts';

export function createMemoryAccessMarks(): AccessMarks {
  const counts = new Map<string, number>();
  const values = new Map<string, string>();
  return {
    async count(name) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return count;
    },

    async first(name, value) {
      const kept = values.get(name) ?? value;
      values.set(name, kept);
      return kept;
    },
  };
}
