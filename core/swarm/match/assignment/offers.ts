/**
 * Of each row the columns that it may bid for next: the cheapest at the prices when they were listed, and the least that any
 * other cost then. Prices only rise, so what is not listed never costs less than that, and a bid looks at a few dozen
 * columns instead of all. It is the candidate list of sparse solvers (Jonker & Volgenant 1987, as LAPMOD), but one that
 * knows when it is no longer enough, so nothing is lost by it.
 */
import { type Costs, NONE } from './costs.ts';

/** Columns that a row lists at most, and that are wanted: fewer are listed again too soon, more take long to look through. */
const MOST = 96;
const WANTED = 48;
/** Widths that are tried before only the cheapest and those as cheap as the second are listed. */
const TRIES = 8;

export interface Offers {
  /** row r's are at r × `most` and after, `sizes[r]` of them: the column, and what it costs without its price */
  readonly most: number;
  readonly columns: Int32Array;
  readonly costs: Float64Array;
  readonly sizes: Int32Array;
  /** by row: what is not listed costs at least this, price included; -Infinity: nothing is known */
  readonly limits: Float64Array;
  /** Lists the row's cheapest: the cheapest and the second are among them. @returns cells looked at */
  list(row: number, prices: Float64Array): number;
}

/** @param width a first guess of how much more than the cheapest the dearest one listed costs */
export function createOffers({ rows, columns, cells }: Costs, width: number): Offers {
  const offers: Offers = {
    most: MOST,
    columns: new Int32Array(rows * MOST),
    costs: new Float64Array(rows * MOST),
    sizes: new Int32Array(rows),
    limits: new Float64Array(rows).fill(-Infinity),
    list(row, prices) {
      const offset = row * columns;
      const cheapest = price(cells, offset, prices, priced, least);
      if (cheapest === NONE) {
        offers.sizes[row] = 0;
        offers.limits[row] = Infinity;
        return columns;
      }
      let size = MOST + 1;
      // Rows that come one after the other are alike: the width that was right for one is tried for the next.
      for (let nth = 0; nth < TRIES && size > MOST; nth++) {
        size = collect(offers, row, cells, offset, priced, Math.max(least[1] as number, (least[0] as number) + guess));
        if (size > MOST) guess /= 2;
      }
      if (size > MOST) size = collectTies(offers, row, cells, offset, priced, cheapest, least[1] as number);
      offers.sizes[row] = size;
      if (2 * size < WANTED) guess = Math.max(1.5 * guess, (least[1] as number) - (least[0] as number));
      else if (size > 1.5 * WANTED) guess /= 1.3;
      if (guess === Infinity) guess = width;
      return 2 * columns;
    },
  };
  const priced = new Float64Array(columns);
  const least = new Float64Array(2);
  let guess = width;
  return offers;
}

/** What each column costs a row with its price; `least` becomes the two least. @returns the cheapest */
function price(
  cells: Float64Array,
  offset: number,
  prices: Float64Array,
  priced: Float64Array,
  least: Float64Array,
): number {
  let first = Infinity;
  let second = Infinity;
  let cheapest = NONE;
  for (let column = 0; column < priced.length; column++) {
    const cost = (cells[offset + column] as number) + (prices[column] as number);
    priced[column] = cost;
    if (cost >= second) continue;
    if (cost < first) {
      second = first;
      first = cost;
      cheapest = column;
    } else second = cost;
  }
  least[0] = first;
  least[1] = second;
  return cheapest;
}

/** Lists what costs no more than `upTo`. @returns how many there are; more than `most`: it gave up */
function collect(
  { most, columns, costs, limits }: Offers,
  row: number,
  cells: Float64Array,
  offset: number,
  priced: Float64Array,
  upTo: number,
): number {
  const base = row * most;
  let size = 0;
  let limit = Infinity;
  for (let column = 0; column < priced.length; column++) {
    const cost = priced[column] as number;
    if (cost > upTo) {
      if (cost < limit) limit = cost;
      continue;
    }
    if (cost === Infinity) continue;
    if (size === most) return most + 1;
    columns[base + size] = column;
    costs[base + size++] = cells[offset + column] as number;
  }
  limits[row] = limit;
  return size;
}

/** Lists the cheapest, and of those as cheap as the second as many as there is room for. */
function collectTies(
  { most, columns, costs, limits }: Offers,
  row: number,
  cells: Float64Array,
  offset: number,
  priced: Float64Array,
  cheapest: number,
  second: number,
): number {
  const base = row * most;
  columns[base] = cheapest;
  costs[base] = cells[offset + cheapest] as number;
  let size = 1;
  // Each row begins elsewhere, or all of them would want the same few.
  for (let nth = 0, column = row % priced.length; nth < priced.length && size < most; nth++, column++) {
    if (column === priced.length) column = 0;
    if (column === cheapest || (priced[column] as number) > second) continue;
    columns[base + size] = column;
    costs[base + size++] = cells[offset + column] as number;
  }
  limits[row] = second;
  return size;
}
