/** Transitive closure and transitive reduction in one sweep over bit sets. */

export interface Closure {
  /** successors in the transitive reduction (Aho, Garey, Ullman 1972), ascending: the edges that nothing else implies */
  covers: number[][];
  /** Whether a must come before b. */
  precedes(a: number, b: number): boolean;
}

/**
 * From the last task to the first: a successor not yet reached through an earlier one is a cover, and brings all it
 * reaches. One word-parallel OR a *cover* (not an edge), n²/8 bytes.
 * @param successors by number, each greater than its index, ascending
 */
export function closureOf(successors: readonly (readonly number[])[]): Closure {
  const n = successors.length;
  const width = (n + 31) >>> 5;
  const reach = new Int32Array(n * width);
  const covers: number[][] = new Array(n);
  for (let a = n - 1; a >= 0; a--) {
    const row = a * width;
    const kept: number[] = [];
    for (const b of successors[a] as readonly number[]) {
      const word = b >>> 5;
      if (((reach[row + word] as number) >>> (b & 31)) & 1) continue;
      kept.push(b);
      const from = b * width;
      for (let w = word; w < width; w++) reach[row + w] = (reach[row + w] as number) | (reach[from + w] as number);
      reach[row + word] = (reach[row + word] as number) | (1 << (b & 31));
    }
    covers[a] = kept;
  }
  return { covers, precedes: (a, b) => (((reach[a * width + (b >>> 5)] as number) >>> (b & 31)) & 1) === 1 };
}
