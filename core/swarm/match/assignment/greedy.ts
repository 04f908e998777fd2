/** An assignment that is quick rather than the best: what a round falls back to, and what the better ones are measured by. */
import { type Assigned, type Costs, NONE } from './costs.ts';

/** Each row of `order` in turn takes the cheapest column that is left. O(rows · columns). */
export function greedy({ rows, columns, cells }: Costs, order: Iterable<number>): Assigned {
  const columnOf = new Int32Array(rows).fill(NONE);
  const free = Int32Array.from({ length: columns }, (_, column) => column);
  let left = columns;
  for (const row of order) {
    const offset = row * columns;
    let cheapest = Infinity;
    let place = NONE;
    for (let k = 0; k < left; k++) {
      const cost = cells[offset + (free[k] as number)] as number;
      if (cost < cheapest) {
        cheapest = cost;
        place = k;
      }
    }
    if (place === NONE) continue;
    columnOf[row] = free[place] as number;
    free[place] = free[--left] as number;
  }
  return columnOf;
}

/**
 * Pairs of rows exchange their columns where that is cheaper, each row with its best partner among the next ones of
 * `order`, as far as `pairs` allow, `passes` times over all rows. What greedy gets wrong between tickets that agree on which
 * agents are good is mostly between tickets of about the same length. O(passes · (pairs + rows)).
 */
export function exchangePairs(
  { columns, cells }: Costs,
  columnOf: Assigned,
  order: ArrayLike<number>,
  { passes, pairs }: Exchanges,
): void {
  const within = Math.ceil(pairs / order.length);
  for (let pass = 0; pass < passes; pass++) {
    let exchanged = false;
    for (let place = 0; place < order.length; place++) {
      const a = order[place] as number;
      const mine = columnOf[a] as number;
      if (mine === NONE) continue;
      const offset = a * columns;
      const paid = cells[offset + mine] as number;
      // Less than the clocks of agents agree by is no gain.
      let gain = paid * 1e-9;
      let partner = NONE;
      for (let next = place + 1, end = Math.min(order.length, next + within); next < end; next++) {
        const b = order[next] as number;
        const theirs = columnOf[b] as number;
        if (theirs === NONE) continue;
        const other = b * columns;
        const saved =
          paid +
          (cells[other + theirs] as number) -
          (cells[offset + theirs] as number) -
          (cells[other + mine] as number);
        if (saved > gain) {
          gain = saved;
          partner = b;
        }
      }
      if (partner === NONE) continue;
      columnOf[a] = columnOf[partner] as number;
      columnOf[partner] = mine;
      exchanged = true;
    }
    if (!exchanged) return;
  }
}

export interface Exchanges {
  readonly passes: number;
  /** that are compared in a pass */
  readonly pairs: number;
}
