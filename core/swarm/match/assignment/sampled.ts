/**
 * Prices to begin an auction with, from a smaller one: every few rows and columns are auctioned among themselves, and every
 * column's price is then the least at which none of these rows would rather have it (the conjugate of their dual variables).
 * An auction is as good whatever prices it begins with, if there are as many rows as columns, but the nearer they are to
 * the last ones the fewer bids it takes.
 */
import { type AuctionSettings, auction } from './auction.ts';
import type { Costs } from './costs.ts';

export interface SampleSettings {
  /** of so many rows, and columns, one is in the sample */
  readonly one_of: number;
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

/** The auction of as many rows as columns, where rows agree by prices from half of them, and these from a quarter … */
export function auctionSquare(market: Market, settings: AuctionSettings & { readonly sample: SampleSettings }) {
  const { costs, rowsInOrder, pays, maxCells } = market;
  if (Math.floor(costs.columns / settings.sample.one_of) >= settings.sample.least && doRowsAgree(market)) {
    const prices = sampledPrices(market, settings);
    const sold = auction(costs, rowsInOrder, pays, maxCells / 2, settings.sampled, prices);
    if (sold.complete) return sold;
  }
  return auction(costs, rowsInOrder, pays, maxCells, settings.square);
}

function sampledPrices(
  { costs, rowsInOrder, pays, maxCells }: Market,
  settings: AuctionSettings & { readonly sample: SampleSettings },
): Float64Array {
  const { columns, cells } = costs;
  const count = Math.floor(columns / settings.sample.one_of);
  const pick = (all: readonly number[]): number[] =>
    Array.from({ length: count }, (_, nth) => all[Math.floor(((nth + 0.5) * all.length) / count)] as number);
  const sampleRows = pick(rowsInOrder);
  const sampleColumns = pick(columnsInOrder(costs, rowsInOrder[rowsInOrder.length >> 1] as number));
  const sample: Costs = { rows: count, columns: count, cells: new Float64Array(count * count) };
  for (let r = 0; r < count; r++) {
    const offset = (sampleRows[r] as number) * columns;
    for (let c = 0; c < count; c++)
      sample.cells[r * count + c] = cells[offset + (sampleColumns[c] as number)] as number;
  }
  const all = Array.from({ length: count }, (_, nth) => nth);
  const sold = auctionSquare({ costs: sample, rowsInOrder: all, pays, maxCells }, settings);
  const prices = new Float64Array(columns).fill(-Infinity);
  for (let r = 0; r < count; r++) {
    let pay = Infinity;
    for (let c = 0; c < count; c++) {
      const cost = (sample.cells[r * count + c] as number) + (sold.prices[c] as number);
      if (cost < pay) pay = cost;
    }
    if (pay < Infinity) raise(prices, cells, (sampleRows[r] as number) * columns, pay);
  }
  for (let column = 0; column < columns; column++) if (prices[column] === -Infinity) prices[column] = 0;
  return prices;
}

/** A row that pays so much at least, price included, would rather have none of the columns at these prices. */
function raise(prices: Float64Array, cells: Float64Array, offset: number, pay: number): void {
  for (let column = 0; column < prices.length; column++) {
    const price = pay - (cells[offset + column] as number);
    if (price > (prices[column] as number)) prices[column] = price;
  }
}

/** By what they cost one row in the middle: where rows agree at all, good ones come first. */
function columnsInOrder({ columns, cells }: Costs, row: number): number[] {
  const cost = (column: number) => Math.min(Number.MAX_VALUE, cells[row * columns + column] as number);
  return Array.from({ length: columns }, (_, column) => column).sort((a, b) => cost(a) - cost(b) || a - b);
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
