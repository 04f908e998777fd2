/**
 * The assignment of least cost but for a tolerance: rows without a column bid for the one that is best for them at its
 * price, as much more as they would lose by taking the second best, plus ε (Bertsekas, "The auction algorithm: a
 * distributed relaxation method for the assignment problem", 1988). The result costs at most rows × ε more than the least.
 *
 * With as many rows as columns, ε is scaled down, prices carried over: this is what keeps rows that agree on which columns
 * are good from outbidding each other by ε for ever. With columns to spare prices must begin at zero, or those that stay free
 * may be dear for nothing: there is one phase then (Bertsekas & Castañon, "A forward/reverse auction algorithm for
 * asymmetric assignment problems", 1992).
 */
import { type Costs, NONE, totalCost } from './costs.ts';

export interface AuctionSettings {
  /** ε of the phases, as shares of what a row pays on average */
  readonly square: readonly number[];
  readonly spare_columns: readonly number[];
}

export interface Auctioned {
  readonly columnOf: Int32Array;
  readonly prices: Float64Array;
  /** false: it ran out of bids, and rows are without a column */
  readonly complete: boolean;
  readonly bids: number;
}

/** @param pays what a row pays on average at most, ε's unit: a phase that finds less is believed · @param maxBids each is a look at all columns */
export function auction(
  costs: Costs,
  biddersInOrder: readonly number[],
  pays: number,
  maxBids: number,
  settings: AuctionSettings,
): Auctioned {
  const { rows, columns, cells } = costs;
  const prices = new Float64Array(columns);
  const columnOf = new Int32Array(rows).fill(NONE);
  const owners = new Int32Array(columns).fill(NONE);
  const waiting = new Int32Array(biddersInOrder.length);
  let size = 0;
  let bids = 0;
  let unit = pays;
  for (const share of biddersInOrder.length === columns ? settings.square : settings.spare_columns) {
    const epsilon = share * unit;
    columnOf.fill(NONE);
    owners.fill(NONE);
    size = 0;
    for (let k = biddersInOrder.length - 1; k >= 0; k--) waiting[size++] = biddersInOrder[k] as number;
    while (size > 0 && bids < maxBids) {
      bids++;
      const row = waiting[--size] as number;
      const offset = row * columns;
      let best = Infinity;
      let second = Infinity;
      let column = NONE;
      for (let k = 0; k < columns; k++) {
        const cost = (cells[offset + k] as number) + (prices[k] as number);
        if (cost >= second) continue;
        if (cost < best) {
          second = best;
          best = cost;
          column = k;
        } else second = cost;
      }
      // The only column that it may have: nobody else is to get it.
      if (second === Infinity) second = best + rows * pays;
      prices[column] = (prices[column] as number) + second - best + epsilon;
      const outbid = owners[column] as number;
      owners[column] = row;
      columnOf[row] = column;
      if (outbid === NONE) continue;
      columnOf[outbid] = NONE;
      waiting[size++] = outbid;
    }
    if (size > 0) break;
    unit = Math.min(unit, totalCost(costs, columnOf) / biddersInOrder.length);
  }
  return { columnOf, prices, complete: size === 0, bids };
}
