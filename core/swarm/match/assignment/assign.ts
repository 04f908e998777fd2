/** One round's assignment: exact where that is quick enough, near the optimum where it is not, greedy as the last resort. */
import { auction, type Phases } from './auction.ts';
import { type Assigned, type Costs, NONE, totalCost } from './costs.ts';
import { type Exchanges, exchangePairs, greedy } from './greedy.ts';
import { leastOf } from './offers.ts';
import { agreementOf, type SampleSettings, sampledPrices, shareOf } from './sampled.ts';
import { serveInOrder } from './served.ts';
import { shortestPaths } from './shortest-paths.ts';

export interface AssignSettings {
  /** solved exactly as long as rows² × columns / 2, the cells it may look at, is at most this */
  readonly exact_cells: number;
  /** cells that an auction may look at before greedy has to do */
  readonly auction_cells: number;
  /** enough, if it is proven: the cost ÷ the least one − 1 */
  readonly gap: number;
  /** without prices to begin with, with those of a sample, and with columns to spare */
  readonly square: Phases;
  readonly sampled: Phases;
  readonly spare_columns: Phases;
  /** of rows, from which on greedy is given a chance */
  readonly agreement: number;
  /** one after the other, until one proves enough */
  readonly samples: readonly SampleSettings[];
  /** over a greedy assignment, where it may be proven; else all pairs are compared */
  readonly exchanges: Exchanges;
}

const GAP = 0.02;

const SAMPLE = {
  least: 30,
  square: { shares: [0.2, 0.03], slack: 1, gap: 0 },
  spare_columns: { shares: [0.03], slack: 0, gap: 0 },
};

/** Some 20 ms of one core each: bounds count work, not time, so that the same round has the same outcome everywhere. */
export const ASSIGN_SETTINGS: AssignSettings = {
  exact_cells: 20e6,
  auction_cells: 15e6,
  gap: GAP,
  square: { shares: [0.2, 0.03, 0.012, 0.006], slack: 1, gap: GAP },
  spare_columns: { shares: [0.011, 0.006], slack: 0.2, gap: GAP },
  sampled: { shares: [0.1, 0.03, 0.012, 0.006], slack: 3, gap: GAP },
  agreement: 0.27,
  samples: [
    { ...SAMPLE, one_of: 7, agreement: 0.95 },
    { ...SAMPLE, one_of: 3.7, agreement: 0 },
    { ...SAMPLE, one_of: 2, agreement: 0 },
  ],
  exchanges: { passes: 2, pairs: 16_000 },
};

/** `near_optimal`: proven to be within `gap`; `greedy`: what was found, nothing near the optimum is proven. */
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
  const weights = costs.weights ?? meanCosts(costs);
  const all = dearestFirst(weights);
  // Where everybody may have everything, who is served is plain.
  const served = rows <= columns && isFull(costs) ? undefined : greedyForServed(costs, all);
  const rowsInOrder = served?.order ?? all;
  const maxCells = settings.auction_cells;
  const isSquare = rowsInOrder.length === columns;
  let plain = served?.columnOf;
  let prices: Float64Array | undefined;
  let proven = -Infinity;
  const isNear = (paid: number): boolean => paid - proven <= settings.gap * proven;
  const agreement = agreementOf({ costs, rowsInOrder });
  if (agreement >= settings.agreement) {
    // Then whoever has most at stake chooses first, and it is near the optimum: prices of a sample prove how near.
    plain ??= greedy(costs, rowsInOrder);
    exchangePairs(costs, plain, rowsInOrder, settings.exchanges);
    const paid = totalCost(costs, plain);
    const market = { costs, rowsInOrder, weights, pays: paid / rowsInOrder.length };
    let last = 0;
    for (const sample of settings.samples) {
      const share = shareOf(market, sample);
      if (agreement < sample.agreement || share === last) continue;
      last = share;
      const found = sampledPrices(market, share, sample);
      if (found === undefined) continue;
      prices = found;
      proven = Math.max(proven, boundAt(costs, rowsInOrder, prices));
      if (isNear(paid)) return { columnOf: plain, method: 'near_optimal', bound: proven };
    }
  }
  const pays = plain === undefined ? paidInSample(costs, all) : paidOnAverage(costs, plain, rowsInOrder);
  const phases = isSquare ? (prices === undefined ? settings.square : settings.sampled) : settings.spare_columns;
  const known = isSquare ? prices : undefined;
  const { complete, columnOf, bound } = auction(costs, rowsInOrder, pays, maxCells, phases, known);
  proven = Math.max(proven, bound);
  plain ??= complete ? columnOf : greedy(costs, all);
  const best = complete && totalCost(costs, columnOf) <= totalCost(costs, plain) ? columnOf : plain;
  if (isNear(totalCost(costs, best))) return { columnOf: best, method: 'near_optimal', bound: proven };
  // Costs so unlike that ε is too coarse for most of them, or too few looks: what is left is to mend what there is.
  exchangePairs(costs, best, rowsInOrder, { passes: settings.exchanges.passes, pairs: rows ** 2 });
  return { columnOf: best, method: 'greedy', bound: proven };
}

/** What these rows cost together at least, by weak duality; no price is below zero where columns are to spare. */
function boundAt({ columns, cells }: Costs, rows: readonly number[], prices: Float64Array): number {
  let bound = 0;
  for (const price of prices) bound -= price;
  for (const row of rows) bound += leastOf(cells, row * columns, prices);
  return bound;
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
  if (costs.rows <= costs.columns) serveInOrder(costs, columnOf, all);
  if (!columnOf.includes(NONE)) return { columnOf, order: all };
  const served = new Int32Array(costs.rows).fill(NONE);
  serveInOrder(costs, served, served.keys());
  const order = all.filter((row) => served[row] !== NONE);
  const restricted = greedy(costs, order);
  serveInOrder(costs, restricted, order);
  return { columnOf: restricted, order };
}

/** By what is at stake: a long ticket loses most by a slow agent, so it chooses first. */
function dearestFirst(weights: Float64Array): number[] {
  return Array.from(weights.keys()).sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
}

/** Of so many columns of a row, one is looked at for its mean. */
const MEAN_OF = 8;

/** By row, of what it may have; 0 if it may have none of those looked at. */
function meanCosts({ rows, columns, cells }: Costs): Float64Array {
  const means = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let count = 0;
    for (
      let at = row * columns + (row % Math.min(MEAN_OF, columns)), end = (row + 1) * columns;
      at < end;
      at += MEAN_OF
    ) {
      const cost = cells[at] as number;
      if (cost === Infinity) continue;
      sum += cost;
      count++;
    }
    if (count > 0) means[row] = sum / count;
  }
  return means;
}

const isFull = ({ cells, isFull }: Costs): boolean => isFull ?? !cells.includes(Infinity);
