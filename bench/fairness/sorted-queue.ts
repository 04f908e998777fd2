/** Tickets in the order of a key of theirs, listed and removed in place. */
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';

export function createSortedQueue(keyOf: (entry: QueueEntry) => string) {
  const rows: { readonly key: string; readonly entry: QueueEntry }[] = [];
  /** of the first row whose key is not before this one */
  const placeOf = (key: string): number => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle] as { key: string }).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    put(entry: QueueEntry): void {
      const key = keyOf(entry);
      rows.splice(placeOf(key), 0, { key, entry });
    },
    remove(entry: QueueEntry): void {
      rows.splice(placeOf(keyOf(entry)), 1);
    },
    /** Only those behind the key `after`, which need not be there. */
    list(limit: number, after = ''): QueueEntry[] {
      const from = placeOf(after);
      const start = rows[from]?.key === after ? from + 1 : from;
      return rows.slice(start, start + limit).map(({ entry }) => entry);
    },
  };
}
