/**
 * The assignment of least cost but for a tolerance: rows without a column bid for the one that is best for them at its
 * price, as much more as they would lose by taking the second best, plus ε (Bertsekas, "The auction algorithm: a
 * distributed relaxation method for the assignment problem", 1988). The result costs at most rows × ε × (1 + slack) more
 * than the least, and mostly far less: prices are dual variables, so each phase ends with a bound on what any assignment of
 * these rows costs, and phases end as soon as what was found is proven to be near enough.
 *
 * With as many rows as columns, ε is scaled down, prices carried over: this is what keeps rows that agree on which columns
 * are good from outbidding each other by ε for ever. With columns to spare prices must begin at zero, or those that stay free
 * may be dear for nothing: every phase begins anew then (Bertsekas & Castañon, "A forward/reverse auction algorithm for
 * asymmetric assignment problems", 1992).
 */
import { type Costs, NONE, totalCost } from './costs.ts';
import { createOffers, type Offers } from './offers.ts';

/** How an auction is held. */
export interface Phases {
  /** ε of the phases, as shares of what a row pays on average */
  readonly shares: readonly number[];
  /** of ε: a row makes do with what it has listed until another column may be better by more than this */
  readonly slack: number;
  /** enough: the cost ÷ the bound − 1 after which there is no further phase; 0: all are held */
  readonly gap: number;
}

export interface Auctioned {
  readonly columnOf: Int32Array;
  readonly prices: Float64Array;
  /** false: it ran out of cells, and rows are without a column */
  readonly complete: boolean;
  /** that were looked at */
  readonly cells: number;
  /** no assignment of these rows costs less; -Infinity: nothing is proven */
  readonly bound: number;
}

/**
 * @param pays what a row pays on average at most, ε's unit: a phase that finds less is believed
 * @param maxCells that may be looked at
 * @param known prices to begin with, near the last ones, if there are as many rows as columns
 */
export function auction(
  costs: Costs,
  biddersInOrder: readonly number[],
  pays: number,
  maxCells: number,
  { shares, slack, gap }: Phases,
  known?: Float64Array,
): Auctioned {
  const offers = createOffers(costs, pays * WIDTH);
  const bidders = Int32Array.from(biddersInOrder);
  const hasSpare = bidders.length < costs.columns;
  const state: State = {
    columnOf: new Int32Array(costs.rows).fill(NONE),
    owners: new Int32Array(costs.columns),
    prices: known ?? new Float64Array(costs.columns),
    waiting: new Int32Array(bidders.length),
    cells: 0,
  };
  let bound = -Infinity;
  if (known !== undefined) {
    for (const row of bidders) state.cells += offers.list(row, state.prices, -Infinity);
    bound = boundOf(offers, bidders, state.prices);
  }
  let best: Int32Array | undefined;
  let cost = Infinity;
  for (const [nth, share] of shares.entries()) {
    if (nth > 0 && hasSpare) {
      state.prices.fill(0);
      offers.limits.fill(-Infinity);
      offers.sizes.fill(0);
    }
    const unit = best === undefined ? pays : Math.min(pays, cost / bidders.length);
    if (!sell(costs, offers, bidders, share * unit, slack, maxCells, state)) break;
    bound = Math.max(bound, boundOf(offers, bidders, state.prices));
    const paid = totalCost(costs, state.columnOf);
    if (paid < cost) {
      best = state.columnOf.slice();
      cost = paid;
    }
    if (cost - bound <= gap * bound) break;
  }
  const { prices, cells } = state;
  return { columnOf: best ?? state.columnOf, prices, complete: best !== undefined, cells, bound };
}

/** Of what a row pays: a first guess of how much more the dearest column costs that it may want. */
const WIDTH = 0.02;

interface State {
  readonly columnOf: Int32Array;
  readonly owners: Int32Array;
  readonly prices: Float64Array;
  readonly waiting: Int32Array;
  cells: number;
}

/** One phase. @returns whether every bidder has a column; if not, it ran out of cells */
function sell(
  { rows }: Costs,
  offers: Offers,
  bidders: Int32Array,
  epsilon: number,
  slack: number,
  maxCells: number,
  state: State,
): boolean {
  const { columnOf, owners, prices, waiting } = state;
  const { most, columns, costs, sizes, limits } = offers;
  columnOf.fill(NONE);
  owners.fill(NONE);
  let size = 0;
  for (let nth = bidders.length - 1; nth >= 0; nth--) waiting[size++] = bidders[nth] as number;
  const tolerated = slack * epsilon;
  let seen = state.cells;
  while (size > 0 && seen < maxCells) {
    const row = waiting[--size] as number;
    let best = Infinity;
    let second = Infinity;
    let column = NONE;
    const offset = row * most;
    for (let isListed = false; ; isListed = true) {
      const end = offset + (sizes[row] as number);
      for (let at = offset; at < end; at++) {
        const candidate = columns[at] as number;
        const cost = (costs[at] as number) + (prices[candidate] as number);
        if (cost >= second) continue;
        if (cost < best) {
          second = best;
          best = cost;
          column = candidate;
        } else second = cost;
      }
      seen += sizes[row] as number;
      if (isListed || best <= (limits[row] as number) + tolerated) break;
      seen += offers.list(row, prices, Math.min(best, limits[row] as number));
      best = Infinity;
      second = Infinity;
    }
    // It bids no more than it is known to lose otherwise.
    const limit = limits[row] as number;
    if (second > limit) second = best > limit ? best : limit;
    // The only column that it may have, or wants by far: nobody else is to get it, but bids without an end would cost the
    // prices their last digits, and the bound with them.
    const dearest = best + rows * MUCH * epsilon;
    if (second > dearest) second = dearest;
    prices[column] = (prices[column] as number) + second - best + epsilon;
    const outbid = owners[column] as number;
    owners[column] = row;
    columnOf[row] = column;
    if (outbid === NONE) continue;
    columnOf[outbid] = NONE;
    waiting[size++] = outbid;
  }
  state.cells = seen;
  return size === 0;
}

/** More ε than any other bid is worth. */
const MUCH = 100;

/**
 * By weak duality: what each row pays at least for the best it can have at these prices, less the prices. Columns that stay
 * free count as well, which is sound as long as no price is below zero, and where none can stay free whatever prices are.
 */
function boundOf({ most, columns, costs, sizes, limits }: Offers, bidders: Int32Array, prices: Float64Array): number {
  let bound = 0;
  for (const price of prices) bound -= price;
  for (const row of bidders) {
    let least = limits[row] as number;
    for (let at = row * most, end = at + (sizes[row] as number); at < end; at++) {
      const cost = (costs[at] as number) + (prices[columns[at] as number] as number);
      if (cost < least) least = cost;
    }
    bound += least;
  }
  return bound;
}
