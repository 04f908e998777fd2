/**
 * Prices to begin an auction with, from a smaller one: every few rows and columns are auctioned among themselves, and every
 * column's price is then the least at which none of these rows would rather have it (the conjugate of their dual variables).
 * An auction is as good whatever prices it begins with, if there are as many rows as columns, but the nearer they are to
 * the last ones the fewer bids it takes.
 */
import { type Auctioned, auction, type Phases } from './auction.ts';
import type { Costs } from './costs.ts';
import { leastOf } from './offers.ts';

export interface SquareSettings {
  /** without prices to begin with, and with those of a sample */
  readonly square: Phases;
  readonly sampled: Phases;
  /** of samples, and of those that no smaller one is made of */
  readonly sample: Phases;
  readonly smallest: Phases;
  /** of so many rows, and columns, one is in the sample: of the round, and of each sample of its own */
  readonly one_of: readonly number[];
  /** smaller ones are not worth it */
  readonly least: number;
}

export interface Market {
  readonly costs: Costs;
  /** like ones side by side, so that a sample has some of each */
  readonly rowsInOrder: readonly number[];
  /** what a row pays on average at most, ε's unit */
  readonly pays: number;
  readonly maxCells: number;
}

/** The auction of as many rows as columns, where rows agree by prices from half of them, and these from a quarter of those. */
export function auctionSquare(market: Market, settings: SquareSettings): Auctioned {
  const { costs, rowsInOrder, pays, maxCells } = market;
  const prices = doRowsAgree(market) ? sampledPrices(market, settings, 0) : undefined;
  if (prices !== undefined) {
    const sold = auction(costs, rowsInOrder, pays, maxCells / 2, settings.sampled, prices);
    if (sold.complete) return sold;
  }
  return auction(costs, rowsInOrder, pays, maxCells, settings.square);
}

/** @returns undefined: a sample would be too small to tell anything */
function sampledPrices(
  { costs, rowsInOrder, pays, maxCells }: Market,
  settings: SquareSettings,
  depth: number,
): Float64Array | undefined {
  const { columns, cells } = costs;
  const count = Math.floor(columns / (settings.one_of[depth] ?? Infinity));
  if (count < settings.least) return undefined;
  const pick = (all: ArrayLike<number>): Int32Array =>
    Int32Array.from({ length: count }, (_, nth) => all[Math.floor(((nth + 0.5) * all.length) / count)] as number);
  const sampleRows = pick(rowsInOrder);
  const sampleColumns = pick(columnsInOrder(costs, rowsInOrder[rowsInOrder.length >> 1] as number));
  const sample: Costs = { rows: count, columns: count, cells: excerpt(costs, sampleRows, sampleColumns) };
  const all = Array.from(sampleRows.keys());
  const market = { costs: sample, rowsInOrder: all, pays, maxCells };
  const start = sampledPrices(market, settings, depth + 1);
  const phases = start === undefined ? settings.smallest : settings.sample;
  const sold = auction(sample, all, pays, maxCells, phases, start);
  const prices = new Float64Array(columns).fill(-Infinity);
  for (let r = 0; r < count; r++) {
    const pay = leastOf(sample.cells, r * count, sold.prices);
    if (pay < Infinity) raise(prices, cells, (sampleRows[r] as number) * columns, pay);
  }
  for (let column = 0; column < columns; column++) if (prices[column] === -Infinity) prices[column] = 0;
  return prices;
}

function excerpt({ columns, cells }: Costs, rows: Int32Array, of: Int32Array): Float64Array {
  const chosen = new Float64Array(rows.length * of.length);
  for (let r = 0, at = 0; r < rows.length; r++) {
    const offset = (rows[r] as number) * columns;
    for (let c = 0; c < of.length; c++) chosen[at++] = cells[offset + (of[c] as number)] as number;
  }
  return chosen;
}

/** A row that pays so much at least, price included, would rather have none of the columns at these prices. */
function raise(prices: Float64Array, cells: Float64Array, offset: number, pay: number): void {
  for (let column = 0; column < prices.length; column++) {
    const price = pay - (cells[offset + column] as number);
    if (price > (prices[column] as number)) prices[column] = price;
  }
}

/** By what they cost one row in the middle: where rows agree at all, good ones come first. */
function columnsInOrder({ columns, cells }: Costs, row: number): Int32Array {
  const costs = cells.slice(row * columns, (row + 1) * columns);
  const order = Int32Array.from(costs.keys());
  // By comparison, not difference: of two that it may not have this would be no number.
  return order.sort((a, b) => {
    const [x, y] = [costs[a] as number, costs[b] as number];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
}

const AGREE = 0.33;
const PAIRS = 8;

/** Whether two rows' costs are mostly correlated; a column that one of them may not have is no agreement. */
function doRowsAgree({ costs: { columns, cells }, rowsInOrder }: Market): boolean {
  const rowAt = (share: number): number => rowsInOrder[Math.floor(share * rowsInOrder.length)] as number;
  let sum = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const a = rowAt(pair / PAIRS) * columns;
    const b = rowAt(((pair + 0.5) / PAIRS + 0.25) % 1) * columns;
    const between = correlation(cells.subarray(a, a + columns), cells.subarray(b, b + columns));
    if (!(between > -1)) return false;
    sum += between;
  }
  return sum / PAIRS > AGREE;
}

/** Pearson's; NaN where a number is infinite or all are the same. */
function correlation(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [sx, sy, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    const [a, b] = [x[k] as number, y[k] as number];
    sx += a;
    sy += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return (n * xy - sx * sy) / Math.sqrt((n * xx - sx * sx) * (n * yy - sy * sy));
}
