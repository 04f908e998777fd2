/**
 * A tournament tree over lines: each leaf is an agent's cost, slope × estimate + intercept, and each inner node has the
 * least slope and the least intercept below it, so no leaf below costs less than the node's own line. Changing a leaf is
 * O(log n); looking for the cheapest leaves begins at the root and opens the cheapest node first.
 */

export interface Tournament {
  /** slope, intercept of each node: 1 is the root, 2i and 2i + 1 are below i, the leaves are at `leaves` and after */
  lines: Float64Array;
  leaves: number;
}

const SMALLEST = 8;

export const createTournament = (): Tournament => ({
  lines: new Float64Array(4 * SMALLEST).fill(Infinity),
  leaves: SMALLEST,
});

/** @param intercept Infinity: nobody at this leaf for now */
export function setLeaf(tree: Tournament, leaf: number, slope: number, intercept: number): void {
  while (leaf >= tree.leaves) grow(tree);
  const { lines, leaves } = tree;
  let node = leaves + leaf;
  lines[2 * node] = intercept === Infinity ? Infinity : slope;
  lines[2 * node + 1] = intercept;
  // Where nothing changes, nothing above does.
  for (node >>= 1; node > 0 && settle(lines, node); node >>= 1);
}

/** @returns whether it changed */
function settle(lines: Float64Array, node: number): boolean {
  const below = 4 * node;
  const slope = least(lines[below] as number, lines[below + 2] as number);
  const intercept = least(lines[below + 1] as number, lines[below + 3] as number);
  const at = 2 * node;
  if (lines[at] === slope && lines[at + 1] === intercept) return false;
  lines[at] = slope;
  lines[at + 1] = intercept;
  return true;
}

const least = (a: number, b: number): number => (a < b ? a : b);

function grow(tree: Tournament): void {
  const { lines, leaves } = tree;
  tree.leaves = 2 * leaves;
  tree.lines = new Float64Array(8 * leaves).fill(Infinity);
  tree.lines.set(lines.subarray(2 * leaves), 2 * tree.leaves);
  for (let node = tree.leaves - 1; node > 0; node--) settle(tree.lines, node);
}
