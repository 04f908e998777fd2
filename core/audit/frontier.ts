/**
 * A tree that only grows, by what is needed to let it grow: the roots of its complete subtrees, the largest first (a
 * "compact range"). As many as its size has ones in binary: 30 hashes stand for a billion entries.
 */
import type { Hash, Merkle, TreeOf } from './merkle.ts';

export interface Frontier {
  readonly size: number;
  readonly roots: readonly Hash[];
}

export const NO_ENTRIES: Frontier = { size: 0, roots: [] };

export function grow(merkle: Merkle, frontier: Frontier, leaves: readonly Hash[]): Frontier {
  const roots = [...frontier.roots];
  let { size } = frontier;
  for (const leaf of leaves) {
    let hash = leaf;
    // A subtree of the same size beside it: the two make the next larger one.
    for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = merkle.node(roots.pop() as Hash, hash);
    roots.push(hash);
    size++;
  }
  return { size, roots };
}

/**
 * Whether it has as many roots as a tree of its size is made of. One that is of a head's tree and whole is the frontier of
 * that tree: no other roots hash to the same.
 */
export function isWhole({ size, roots }: Frontier): boolean {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return roots.length === ones;
}

export function treeOf(merkle: Merkle, { size, roots }: Frontier): TreeOf {
  const root = roots.reduceRight<Hash | undefined>(
    (right, left) => (right === undefined ? left : merkle.node(left, right)),
    undefined,
  );
  return { size, root: root ?? merkle.empty };
}
