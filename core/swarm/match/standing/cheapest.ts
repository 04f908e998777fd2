/**
 * The cheapest leaves of several tournaments: branch and bound (Land & Doig 1960), depth first, the cheaper side first. What
 * costs more by its line than the leaves found so far is not looked at, so the result is exact.
 */
import type { Tournament } from './tournament.ts';

export interface Visitor {
  /** @returns ms that the leaf costs more than its line says, ≥ 0; Infinity: not this one */
  extra(tree: number, leaf: number): number;
  /** asked of those only that are cheap enough */
  may(tree: number, leaf: number): boolean;
}

export interface Cheapest {
  /** what was found, the cheapest first: `size` of them */
  readonly trees: number[];
  readonly leaves: number[];
  size: number;
  /**
   * @param more what everyone in each tree costs more, ms
   * @param estimate the ticket's, ms
   * @param most to be found
   */
  search(trees: readonly Tournament[], more: readonly number[], estimate: number, most: number, visitor: Visitor): void;
}

/** A path to a leaf leaves one node open at each level: enough for more leaves than there is memory for. */
const DEEPEST = 64;

/** What a search needs is kept from one to the next, and bounds stay in locals and typed arrays: it allocates nothing. */
export function createCheapest(): Cheapest {
  const costs: number[] = [];
  const order: number[] = [];
  const roots: number[] = [];
  const openNodes = new Int32Array(DEEPEST);
  const openBounds = new Float64Array(DEEPEST);

  /** @returns what a leaf has to cost less than to be found */
  function offer(cost: number, tree: number, leaf: number, most: number): number {
    let place = found.size < most ? found.size++ : most - 1;
    for (; place > 0 && (costs[place - 1] as number) > cost; place--) {
      costs[place] = costs[place - 1] as number;
      found.trees[place] = found.trees[place - 1] as number;
      found.leaves[place] = found.leaves[place - 1] as number;
    }
    costs[place] = cost;
    found.trees[place] = tree;
    found.leaves[place] = leaf;
    return found.size === most ? (costs[most - 1] as number) : Infinity;
  }

  function rank(trees: readonly Tournament[], more: readonly number[], estimate: number): void {
    for (let nth = 0; nth < trees.length; nth++) {
      const root = (trees[nth] as Tournament).lines;
      roots[nth] = estimate * (root[2] as number) + (root[3] as number) + (more[nth] as number);
      let place = nth;
      for (; place > 0 && (roots[order[place - 1] as number] as number) > (roots[nth] as number); place--)
        order[place] = order[place - 1] as number;
      order[place] = nth;
    }
  }

  const found: Cheapest = {
    trees: [],
    leaves: [],
    size: 0,
    search(trees, more, estimate, most, visitor) {
      found.size = 0;
      let worst = Infinity;
      rank(trees, more, estimate);
      for (let nth = 0; nth < trees.length; nth++) {
        const tree = order[nth] as number;
        const { leaves, lines } = trees[tree] as Tournament;
        const common = more[tree] as number;
        let open = 1;
        openNodes[0] = 1;
        openBounds[0] = roots[tree] as number;
        while (open > 0) {
          let node = openNodes[--open] as number;
          let bound = openBounds[open] as number;
          // Down the cheaper side; where nobody is, no number is less than anything.
          while (bound < worst && node < leaves) {
            const at = 4 * node;
            const left = estimate * (lines[at] as number) + (lines[at + 1] as number) + common;
            const right = estimate * (lines[at + 2] as number) + (lines[at + 3] as number) + common;
            const dearer = right < left ? left : right;
            node = right < left ? 2 * node + 1 : 2 * node;
            bound = right < left ? right : left;
            if (!(dearer < worst)) continue;
            openNodes[open] = node ^ 1;
            openBounds[open++] = dearer;
          }
          if (!(bound < worst)) continue;
          const leaf = node - leaves;
          const cost = bound + visitor.extra(tree, leaf);
          if (cost < worst && visitor.may(tree, leaf)) worst = offer(cost, tree, leaf, most);
        }
      }
    },
  };
  return found;
}
