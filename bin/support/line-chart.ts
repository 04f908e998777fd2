/** Curves over the same axis as lines of text: each cell of a terminal is two columns of four dots (Unicode braille). */
import { padTo } from './text.ts';

export interface Curve {
  readonly name: string;
  /** in order of x */
  readonly points: readonly (readonly [x: number, y: number])[];
}

const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE = 0x2800;

/**
 * @param paint colours what is drawn of the n-th curve
 * @param format says what a value is
 * @returns `rows` lines, and one that names the axis' ends
 */
export function lineChart(
  curves: readonly Curve[],
  size: { readonly columns: number; readonly rows: number },
  paint: readonly ((text: string) => string)[],
  format: (y: number) => string,
): string[] {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return [];
  const top = Math.max(1e-9, ...points.map(([, y]) => y));
  const left = Math.min(...points.map(([x]) => x));
  const right = Math.max(left + 1e-9, ...points.map(([x]) => x));
  const label = Math.max(format(top).length, format(0).length);
  const columns = Math.max(10, size.columns - label - 2);
  const grids = curves.map((curve) => gridOf(curve, { columns, rows: size.rows, left, right, top }));
  return Array.from({ length: size.rows }, (_, row) => {
    const name = row === 0 ? format(top) : row === size.rows - 1 ? format(0) : '';
    const cells = Array.from({ length: columns }, (_c, column) => {
      // The first curve that passes through a cell is the one that is seen there.
      const at = grids.findIndex((grid) => grid[row]?.[column]);
      const dots = grids.reduce((sum, grid) => sum | (grid[row]?.[column] ?? 0), 0);
      if (at < 0) return ' ';
      return (paint[at] ?? String)(String.fromCharCode(BRAILLE + dots));
    });
    return `${padTo(name, label)} │${cells.join('')}`.trimEnd();
  });
}

interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

function gridOf({ points }: Curve, { columns, rows, left, right, top }: Frame): number[][] {
  const grid = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const wide = columns * 2 - 1;
  const high = rows * 4 - 1;
  let index = 0;
  for (let x = 0; x <= wide; x++) {
    const limit = left + (x / wide) * (right - left);
    while (index + 1 < points.length && (points[index + 1]?.[0] ?? 0) <= limit) index++;
    const y = high - Math.round(((points[index]?.[1] ?? 0) / top) * high);
    const row = grid[Math.floor(y / 4)];
    const column = Math.floor(x / 2);
    if (row !== undefined) row[column] = (row[column] ?? 0) | (DOTS[y % 4]?.[x % 2] ?? 0);
  }
  return grid;
}
