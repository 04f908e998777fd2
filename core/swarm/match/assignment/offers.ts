/**
 * Of each row the columns that it may bid for next: the cheapest at the prices when they were listed, and what any other
 * one cost at least then. Prices only rise, so what is not listed never costs less than that, and a bid looks at a few dozen
 * columns instead of all. It is the candidate list of sparse solvers (Jonker & Volgenant 1987, as LAPMOD), but one that
 * knows when it is no longer enough, so nothing is lost by it.
 */
import type { Costs } from './costs.ts';

/** Columns that a row lists at most, and that are wanted: fewer are listed again too soon, more take long to look through. */
const MOST = 128;
const WANTED = 64;
/** Widths that are tried before the cheapest alone, and those that cost the same, are listed. */
const TRIES = 12;

export interface Offers {
  /** row r's are at r × `most` and after, `sizes[r]` of them: the column, and what it costs without its price */
  readonly most: number;
  readonly columns: Int32Array;
  readonly costs: Float64Array;
  readonly sizes: Int32Array;
  /** by row: what is not listed costs at least this, price included; -Infinity: nothing is known */
  readonly limits: Float64Array;
  /**
   * Lists the row's cheapest at these prices, one at least if there is any that it may have.
   * @param from what it costs at least; -Infinity: it is looked for
   * @returns cells looked at
   */
  list(row: number, prices: Float64Array, from: number): number;
}

/** @param width a first guess of how much more than the cheapest the dearest one listed costs */
export function createOffers({ rows, columns, cells }: Costs, width: number): Offers {
  const offers: Offers = {
    most: MOST,
    columns: new Int32Array(rows * MOST),
    costs: new Float64Array(rows * MOST),
    sizes: new Int32Array(rows),
    limits: new Float64Array(rows).fill(-Infinity),
    list(row, prices, from) {
      const offset = row * columns;
      let looked = 0;
      let least = from;
      let size = 0;
      // Rows that come one after the other are alike: the width that was right for one is tried for the next.
      for (let nth = 0; nth < TRIES; nth++) {
        if (size === 0 && (nth > 0 || least === -Infinity)) {
          if (nth === 0 && hint < columns) {
            size = collectFalling(offers, row, cells, offset, prices, hint, guess);
            looked += columns;
            if (size > 0 && size <= MOST) break;
          }
          least = leastOf(cells, offset, prices);
          looked += columns;
          if (least === Infinity) break;
        }
        size = collect(offers, row, cells, offset, prices, least + guess);
        looked += columns;
        if (size > 0 && size <= MOST) break;
        if (size > MOST) guess /= 2;
      }
      if (size > MOST) size = collectTies(offers, row, cells, offset, prices);
      if (size === 0) offers.limits[row] = Infinity;
      offers.sizes[row] = size;
      if (size > 0) hint = offers.columns[row * MOST] as number;
      if (2 * size < WANTED) guess = Math.max(1.5 * guess, width * NARROWEST);
      else if (size > 1.5 * WANTED) guess /= 1.3;
      return looked;
    },
  };
  let guess = width;
  /** a column that was cheap for the row before */
  let hint = columns;
  return offers;
}

/** Of the first width: it is to grow again after rows whose columns cost all the same. */
const NARROWEST = 1e-6;

/** @returns Infinity: it may have none */
export function leastOf(cells: Float64Array, offset: number, prices: Float64Array): number {
  let least = Infinity;
  let other = Infinity;
  const even = prices.length & ~1;
  // By twos: the processor compares one pair while it waits for the other.
  for (let column = 0; column < even; column += 2) {
    const cost = (cells[offset + column] as number) + (prices[column] as number);
    if (cost < least) least = cost;
    const next = (cells[offset + column + 1] as number) + (prices[column + 1] as number);
    if (next < other) other = next;
  }
  if (even < prices.length) other = Math.min(other, (cells[offset + even] as number) + (prices[even] as number));
  return other < least ? other : least;
}

/** Lists what costs no more than `upTo`. @returns how many there are; more than `most`: it gave up */
function collect(
  { most, columns, costs, limits }: Offers,
  row: number,
  cells: Float64Array,
  offset: number,
  prices: Float64Array,
  upTo: number,
): number {
  const base = row * most;
  let size = 0;
  for (let column = 0; column < prices.length; column++) {
    const cost = cells[offset + column] as number;
    if (cost + (prices[column] as number) > upTo) continue;
    if (size === most) return most + 1;
    columns[base + size] = column;
    costs[base + size++] = cost;
  }
  limits[row] = upTo;
  return size;
}

/** As `collect`, up to `width` more than the cheapest, which is not known before. @param hint a column to begin with */
function collectFalling(
  { most, columns, costs, limits }: Offers,
  row: number,
  cells: Float64Array,
  offset: number,
  prices: Float64Array,
  hint: number,
  width: number,
): number {
  const base = row * most;
  let least = (cells[offset + hint] as number) + (prices[hint] as number);
  let upTo = least + width;
  if (upTo === Infinity) return 0;
  let size = 0;
  for (let column = 0; column < prices.length; column++) {
    const cost = cells[offset + column] as number;
    const priced = cost + (prices[column] as number);
    if (priced > upTo) continue;
    if (priced < least) {
      least = priced;
      upTo = least + width;
    }
    if (size === most) size = keep(columns, costs, base, size, prices, upTo);
    if (size === most) return most + 1;
    columns[base + size] = column;
    costs[base + size++] = cost;
  }
  limits[row] = upTo;
  return keep(columns, costs, base, size, prices, upTo);
}

/** Drops what costs more. @returns how many are left */
function keep(
  columns: Int32Array,
  costs: Float64Array,
  base: number,
  size: number,
  prices: Float64Array,
  upTo: number,
): number {
  let kept = base;
  for (let at = base; at < base + size; at++) {
    const column = columns[at] as number;
    if ((costs[at] as number) + (prices[column] as number) > upTo) continue;
    columns[kept] = column;
    costs[kept++] = costs[at] as number;
  }
  return kept - base;
}

/** Lists the cheapest, and of those that cost the same as many as there is room for. */
function collectTies(
  { most, columns, costs, limits }: Offers,
  row: number,
  cells: Float64Array,
  offset: number,
  prices: Float64Array,
): number {
  const base = row * most;
  const least = leastOf(cells, offset, prices);
  let size = 0;
  // Each row begins elsewhere, or all of them would want the same few.
  for (let nth = 0, column = row % prices.length; nth < prices.length && size < most; nth++, column++) {
    if (column === prices.length) column = 0;
    const cost = cells[offset + column] as number;
    if (cost + (prices[column] as number) > least) continue;
    columns[base + size] = column;
    costs[base + size++] = cost;
  }
  limits[row] = least;
  return size;
}
