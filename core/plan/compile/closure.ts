/** Transitive closure and transitive reduction in one sweep over bit sets. */
import type { Adjacency } from './adjacency.ts';

export interface Closure {
  /** The transitive reduction (Aho, Garey, Ullman 1972), ascending: the edges that nothing else implies. */
  covers: Adjacency;
  /** Whether a must come before b. */
  precedes(a: number, b: number): boolean;
}

/**
 * From the last task to the first: a successor not yet reached through an earlier one is a cover, and brings all it
 * reaches. One word-parallel OR a *cover* (not an edge). A row begins at its own task's word: n²/16 bytes in all.
 * @param successors ascending, each greater than its node
 */
export function closureOf({ start, list }: Adjacency): Closure {
  const n = start.length - 1;
  const width = (n + 31) >>> 5;
  // row[a] + w is where word w of a's row lies; words before a's own are not kept.
  const row = new Int32Array(n);
  let size = 0;
  for (let a = 0; a < n; a++) {
    row[a] = size - (a >>> 5);
    size += width - (a >>> 5);
  }
  const reach = new Int32Array(size);
  const kept = new Uint8Array(list.length);
  for (let a = n - 1; a >= 0; a--) {
    const into = row[a] as number;
    const first = start[a] as number;
    for (let e = first; e < (start[a + 1] as number); e++) {
      const b = list[e] as number;
      const word = b >>> 5;
      if (((reach[into + word] as number) >>> (b & 31)) & 1) continue;
      kept[e] = 1;
      const from = row[b] as number;
      // The first successor always is a cover, and what it reaches is all there is yet: copied, five times as fast.
      if (e === first) reach.copyWithin(into + word, from + word, from + width);
      else
        for (let w = word; w < width; w++) reach[into + w] = (reach[into + w] as number) | (reach[from + w] as number);
      reach[into + word] = (reach[into + word] as number) | (1 << (b & 31));
    }
  }
  return {
    covers: only(kept, { start, list }),
    precedes: (a, b) => a < b && (((reach[(row[a] as number) + (b >>> 5)] as number) >>> (b & 31)) & 1) === 1,
  };
}

function only(kept: Uint8Array, { start, list }: Adjacency): Adjacency {
  const result: Adjacency = { start: new Int32Array(start.length), list: new Int32Array(list.length) };
  let size = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    for (let e = start[i] as number; e < (start[i + 1] as number); e++)
      if (kept[e] === 1) result.list[size++] = list[e] as number;
    result.start[i + 1] = size;
  }
  result.list = result.list.subarray(0, size);
  return result;
}
