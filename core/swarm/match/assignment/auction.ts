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
  /** where prices to begin with are known from a sample */
  readonly sampled: readonly number[];
}

export interface Auctioned {
  readonly columnOf: Int32Array;
  readonly prices: Float64Array;
  /** false: it ran out of cells, and rows are without a column */
  readonly complete: boolean;
  /** that were looked at */
  readonly cells: number;
}

/** @param pays what a row pays on average at most, ε's unit: a phase that finds less is believed · @param maxCells that may be looked at · @param shares ε of the phases */
export function auction(
  costs: Costs,
  biddersInOrder: readonly number[],
  pays: number,
  maxCells: number,
  shares: readonly number[],
  prices: Float64Array = new Float64Array(costs.columns),
): Auctioned {
  const { rows, columns } = costs;
  const { starts, cells, columnsOf } = listed(costs);
  const columnOf = new Int32Array(rows).fill(NONE);
  const owners = new Int32Array(columns).fill(NONE);
  const waiting = new Int32Array(biddersInOrder.length);
  let seen = 0;
  let size = 0;
  let unit = pays;
  for (const share of shares) {
    const epsilon = share * unit;
    columnOf.fill(NONE);
    owners.fill(NONE);
    size = 0;
    for (let k = biddersInOrder.length - 1; k >= 0; k--) waiting[size++] = biddersInOrder[k] as number;
    while (size > 0 && seen < maxCells) {
      const row = waiting[--size] as number;
      const offset = starts[row] as number;
      const end = starts[row + 1] as number;
      seen += end - offset;
      let best = Infinity;
      let second = Infinity;
      let column = NONE;
      if (columnsOf === undefined)
        for (let k = 0; k < columns; k++) {
          const cost = (cells[offset + k] as number) + (prices[k] as number);
          if (cost >= second) continue;
          if (cost < best) {
            second = best;
            best = cost;
            column = k;
          } else second = cost;
        }
      else
        for (let k = offset; k < end; k++) {
          const at = columnsOf[k] as number;
          const cost = (cells[k] as number) + (prices[at] as number);
          if (cost >= second) continue;
          if (cost < best) {
            second = best;
            best = cost;
            column = at;
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
  return { columnOf, prices, complete: size === 0, cells: seen };
}

/** Row after row; where most may have few of the columns, only those. */
function listed(costs: Costs) {
  const { rows, columns, cells } = costs;
  if (!isSparse(costs)) return { starts: Int32Array.from({ length: rows + 1 }, (_, row) => row * columns), cells };
  const starts = new Int32Array(rows + 1);
  const few = new Float64Array(cells.length);
  const columnsOf = new Int32Array(cells.length);
  let size = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cost = cells[row * columns + column] as number;
      if (cost === Infinity) continue;
      few[size] = cost;
      columnsOf[size++] = column;
    }
    starts[row + 1] = size;
  }
  return { starts, cells: few, columnsOf };
}

const LOOKED_AT = 16;

/** By a few rows: it changes how long it takes, not what comes out. */
function isSparse({ rows, columns, cells }: Costs): boolean {
  const step = Math.max(1, Math.floor(rows / LOOKED_AT));
  let there = 0;
  let seen = 0;
  for (let row = 0; row < rows; row += step)
    for (let at = row * columns; at < (row + 1) * columns; at++, seen++) if (cells[at] !== Infinity) there++;
  return 2 * there < seen;
}
