/**
 * Prices from an auction of a few rows and columns among themselves: each column's is the least at which none of these rows
 * would rather have it (the conjugate of their dual variables). By weak duality any prices prove what an assignment costs at
 * least, and these are near enough to the last ones to prove more than nine tenths of it, at a tenth of the work. An
 * auction of as many rows as columns may begin with them, too.
 */
import { auction, type Phases } from './auction.ts';
import type { Costs } from './costs.ts';
import { leastOf } from './offers.ts';

export interface SampleSettings {
  /** of so many rows, and columns, one is in the sample, where there are as many */
  readonly one_of: number;
  /** of rows, as `agreementOf` has it: where they agree less, so few tell too little */
  readonly agreement: number;
  /** rows; smaller ones are not worth it */
  readonly least: number;
  /** of as many rows as columns, and of fewer */
  readonly square: Phases;
  readonly spare_columns: Phases;
}

export interface Market {
  readonly costs: Costs;
  /** like ones side by side, so that a sample has some of each */
  readonly rowsInOrder: readonly number[];
  readonly weights: Float64Array;
  /** what a row pays on average at most, ε's unit */
  readonly pays: number;
}

/** Share of the rows, and columns, that a sample has: the fewer rows there are for the columns, the more have to tell. */
export const shareOf = ({ costs, rowsInOrder }: Market, { one_of }: Pick<SampleSettings, 'one_of'>): number =>
  Math.min(MOST, costs.columns / rowsInOrder.length / one_of);

/** @returns undefined: a sample is too small to tell anything, or its rows cannot all have a column */
export function sampledPrices(
  { costs, rowsInOrder, weights, pays }: Market,
  share: number,
  { least, square, spare_columns }: Omit<SampleSettings, 'one_of'>,
): Float64Array | undefined {
  const { columns, cells } = costs;
  const [rowCount, columnCount] = [Math.floor(share * rowsInOrder.length), Math.floor(share * columns)];
  if (rowCount < least) return undefined;
  // Where rows agree, the first rows are to have the first columns: both are sampled at the same places.
  const places = thinningOut(rowsInOrder.length, rowCount);
  const spare = columns - rowsInOrder.length;
  for (let nth = 0, of = columnCount - rowCount; nth < of; nth++)
    places.push(rowsInOrder.length + Math.floor(((nth + 0.5) * spare) / of));
  const worth = costsOfOne(costs, rowsInOrder, weights);
  const inOrder = Int32Array.from(worth.keys()).sort(
    (a, b) => compare(worth[a] as number, worth[b] as number) || a - b,
  );
  const sampleColumns = Int32Array.from(places, (place) => inOrder[place] as number);
  const sampleRows = sampleColumns.slice(0, rowCount).map((_, nth) => rowsInOrder[places[nth] as number] as number);
  const sample: Costs = { rows: rowCount, columns: columnCount, cells: excerpt(costs, sampleRows, sampleColumns) };
  const hasSpare = rowsInOrder.length < columns;
  const phases = hasSpare ? spare_columns : square;
  const none = new Float64Array(columnCount);
  const able = Array.from(sampleRows.keys()).filter((row) => leastOf(sample.cells, row * columnCount, none) < Infinity);
  const sold = auction(sample, able, pays, LOOKS * rowCount * columnCount, phases);
  if (!sold.complete) return undefined;
  const prices = new Float64Array(columns).fill(hasSpare ? 0 : -Infinity);
  // Few of them first: they find most of each price, and later ones seldom have to raise it.
  for (let from = 0; from < STRIDE; from++)
    for (let r = from; r < rowCount; r += STRIDE) {
      const pay = leastOf(sample.cells, r * columnCount, sold.prices);
      if (pay < Infinity) raise(prices, cells, (sampleRows[r] as number) * columns, pay);
    }
  for (let column = 0; column < columns; column++) if (prices[column] === -Infinity) prices[column] = 0;
  return prices;
}

/** At each cell: where they are not enough, rows of the sample cannot all have a column. */
const LOOKS = 20;

/** Of the rows, and columns. */
const MOST = 0.6;

/** How much more rarely than on average the last ones are in a sample, and how much more often the first. */
const THINNING = 0.3;

/** So many places of so many, ever further apart: what is at stake is mostly with the first ones. */
function thinningOut(places: number, count: number): number[] {
  return Array.from({ length: count }, (_, nth) => {
    const share = (nth + 0.5) / count;
    return Math.floor(places * share * (1 - THINNING + THINNING * share));
  });
}

/** Rows that are at stake alike raise the same prices. */
const STRIDE = 16;

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

/** By column, what it costs a row for each of its weight, on average over a few rows: where rows agree, good ones cost less. */
function costsOfOne({ columns, cells }: Costs, rowsInOrder: readonly number[], weights: Float64Array): Float64Array {
  const worth = new Float64Array(columns);
  for (let nth = 0; nth < FEW; nth++) {
    const row = rowsInOrder[Math.floor(((nth + 0.5) * rowsInOrder.length) / FEW)] as number;
    const scale = 1 / (FEW * ((weights[row] as number) || 1));
    for (let column = 0, at = row * columns; column < columns; column++, at++)
      worth[column] = (worth[column] as number) + scale * (cells[at] as number);
  }
  return worth;
}

const FEW = 16;

/** Not by difference: that of what two rows may not have would be no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

const PAIRS = 16;

/** How far rows agree on which columns are good: the mean correlation of two; 0 if one of them may not have a column. */
export function agreementOf({ costs: { columns, cells }, rowsInOrder }: Pick<Market, 'costs' | 'rowsInOrder'>): number {
  const rowAt = (share: number): number => rowsInOrder[Math.floor(share * rowsInOrder.length)] as number;
  let sum = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const a = rowAt(pair / PAIRS) * columns;
    const b = rowAt(((pair + 0.5) / PAIRS + 0.25) % 1) * columns;
    const between = correlation(cells.subarray(a, a + columns), cells.subarray(b, b + columns));
    if (!(between > -1)) return 0;
    sum += between;
  }
  return sum / PAIRS;
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
