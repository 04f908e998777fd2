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

/** What a search needs is kept from one to the next: it allocates nothing. */
export function createCheapest(): Cheapest {
  const costs: number[] = [];
  const order: number[] = [];
  const roots: number[] = [];
  let worst = Infinity;
  let wanted = 0;
  let tree = 0;
  let leaves = 0;
  let lines: Float64Array = new Float64Array();
  let ticket = 0;
  let common = 0;
  let told: Visitor;

  function offer(cost: number, leaf: number): void {
    let place = found.size < wanted ? found.size++ : wanted - 1;
    for (; place > 0 && (costs[place - 1] as number) > cost; place--) {
      costs[place] = costs[place - 1] as number;
      found.trees[place] = found.trees[place - 1] as number;
      found.leaves[place] = found.leaves[place - 1] as number;
    }
    costs[place] = cost;
    found.trees[place] = tree;
    found.leaves[place] = leaf;
    if (found.size === wanted) worst = costs[wanted - 1] as number;
  }

  /** @param bound what the node costs by its line, less than the worst found */
  function lookBelow(node: number, bound: number): void {
    if (node >= leaves) {
      const cost = bound + told.extra(tree, node - leaves);
      if (cost < worst && told.may(tree, node - leaves)) offer(cost, node - leaves);
      return;
    }
    const at = 4 * node;
    // Where nobody is, neither number is less than anything.
    const left = ticket * (lines[at] as number) + (lines[at + 1] as number) + common;
    const right = ticket * (lines[at + 2] as number) + (lines[at + 3] as number) + common;
    if (right < left) {
      if (right < worst) lookBelow(2 * node + 1, right);
      if (left < worst) lookBelow(2 * node, left);
    } else {
      if (left < worst) lookBelow(2 * node, left);
      if (right < worst) lookBelow(2 * node + 1, right);
    }
  }

  function rank(trees: readonly Tournament[], more: readonly number[]): void {
    for (let nth = 0; nth < trees.length; nth++) {
      const root = (trees[nth] as Tournament).lines;
      roots[nth] = ticket * (root[2] as number) + (root[3] as number) + (more[nth] as number);
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
      worst = Infinity;
      wanted = most;
      ticket = estimate;
      told = visitor;
      rank(trees, more);
      for (let nth = 0; nth < trees.length; nth++) {
        tree = order[nth] as number;
        const bound = roots[tree] as number;
        if (!(bound < worst)) continue;
        ({ leaves, lines } = trees[tree] as Tournament);
        common = more[tree] as number;
        lookBelow(1, bound);
      }
    },
  };
  return found;
}
