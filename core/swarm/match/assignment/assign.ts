/** One round's assignment: exact where that is quick enough, near the optimum where it is not, greedy as the last resort. */
import { auction, type Phases } from './auction.ts';
import { type Assigned, type Costs, NONE, totalCost } from './costs.ts';
import { exchangePairs, greedy } from './greedy.ts';
import { auctionSquare, type SquareSettings } from './sampled.ts';
import { serveInOrder } from './served.ts';
import { shortestPaths } from './shortest-paths.ts';

export interface AssignSettings {
  /** solved exactly as long as rows² × columns / 2, the cells it may look at, is at most this */
  readonly exact_cells: number;
  /** cells that an auction may look at before greedy has to do */
  readonly auction_cells: number;
  readonly auction: SquareSettings & { readonly spare_columns: Phases };
  /** over a greedy assignment */
  readonly exchange_passes: number;
}

/** What an auction is content with, if it can prove it: within this share of the least. */
const GAP = 0.01;

/** Some 20 ms of one core each: bounds count work, not time, so that the same round has the same outcome everywhere. */
export const ASSIGN_SETTINGS: AssignSettings = {
  exact_cells: 20e6,
  auction_cells: 15e6,
  auction: {
    square: { shares: [0.2, 0.04, 0.016, 0.008, 0.004], slack: 0.2, gap: GAP },
    spare_columns: { shares: [0.011, 0.006], slack: 0.2, gap: GAP },
    sampled: { shares: [0.03, 0.012, 0.006], slack: 3, gap: GAP },
    sample: { shares: [0.03], slack: 0, gap: GAP },
    smallest: { shares: [0.5, 0.15, 0.03], slack: 0, gap: GAP },
    one_of: [2, 4],
    least: 100,
  },
  exchange_passes: 2,
};

export type Method = 'optimal' | 'near_optimal' | 'greedy';

export interface Assignment {
  readonly columnOf: Assigned;
  readonly method: Method;
  /** what no assignment of the rows served costs less than; -Infinity: nothing is proven */
  readonly bound: number;
}

/**
 * Rows in the order that they are to be served in. Who is served comes first, whatever the method (see `serveInOrder`), what
 * it costs in sum second.
 */
export function assign(costs: Costs, settings: AssignSettings = ASSIGN_SETTINGS): Assignment {
  const { rows, columns } = costs;
  if ((rows * rows * columns) / 2 <= settings.exact_cells) return { ...shortestPaths(costs), method: 'optimal' };
  const { order: all, isFull } = dearestFirst(costs);
  // Where everybody may have everything, who is served is plain.
  const fallback = isFull && rows <= columns ? undefined : greedyForServed(costs, all);
  const order = fallback?.order ?? all;
  const pays = fallback === undefined ? paidInSample(costs, all) : paidOnAverage(costs, fallback.columnOf, order);
  const maxCells = settings.auction_cells;
  const { complete, columnOf, bound } =
    order.length === columns
      ? auctionSquare({ costs, rowsInOrder: order, pays, maxCells }, settings.auction)
      : auction(costs, order, pays, maxCells, settings.auction.spare_columns);
  const plain = fallback?.columnOf ?? (complete ? columnOf : greedy(costs, all));
  if (complete) {
    const isCheaper = totalCost(costs, columnOf) <= totalCost(costs, plain);
    return { columnOf: isCheaper ? columnOf : plain, method: 'near_optimal', bound };
  }
  exchangePairs(costs, plain, settings.exchange_passes);
  return { columnOf: plain, method: 'greedy', bound };
}

const paidOnAverage = (costs: Costs, columnOf: Assigned, served: readonly number[]): number =>
  totalCost(costs, columnOf) / Math.max(1, served.length);

/** Of so many rows, and columns, one is in the sample. */
const ONE_OF = 4;

/** What greedy pays on average in a sample: more than in the round, where there is more to choose from. */
function paidInSample({ columns, cells }: Costs, order: readonly number[]): number {
  const some = order.filter((_, nth) => nth % ONE_OF === 0);
  const width = Math.ceil(columns / ONE_OF);
  const sample = new Float64Array(some.length * width);
  some.forEach((row, r) => {
    for (let c = 0; c < width; c++) sample[r * width + c] = cells[row * columns + ONE_OF * c] as number;
  });
  const costs = { rows: some.length, columns: width, cells: sample };
  return paidOnAverage(costs, greedy(costs, some.keys()), some);
}

/** Greedy for exactly the rows that are to be served; `order`: these, as greedy took them. */
function greedyForServed(costs: Costs, all: number[]): { readonly columnOf: Assigned; readonly order: number[] } {
  const columnOf = greedy(costs, all);
  if (!columnOf.includes(NONE)) return { columnOf, order: all };
  const served = new Int32Array(costs.rows).fill(NONE);
  serveInOrder(costs, served, served.keys());
  const order = all.filter((row) => served[row] !== NONE);
  const restricted = greedy(costs, order);
  serveInOrder(costs, restricted, order);
  return { columnOf: restricted, order };
}

/** By what a row costs at best: a long ticket loses most by a slow agent, so it chooses first. `isFull`: every row may have every column. */
function dearestFirst({ rows, columns, cells }: Costs): { readonly order: number[]; readonly isFull: boolean } {
  const least = new Float64Array(rows);
  let most = -Infinity;
  for (let row = 0; row < rows; row++) {
    let best = Infinity;
    for (let at = row * columns, end = at + columns; at < end; at++) {
      const cost = cells[at] as number;
      if (cost < best) best = cost;
      if (cost > most) most = cost;
    }
    least[row] = best;
  }
  const order = Array.from(least.keys()).sort((a, b) => (least[b] as number) - (least[a] as number) || a - b);
  return { order, isFull: most < Infinity };
}
