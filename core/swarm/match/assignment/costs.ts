/** What it costs to give each row (ticket) each column (slot), and who has whom. */

export interface Costs {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns, row after row; Infinity: this row may not have this column */
  readonly cells: Float64Array;
  /** by row, what is at stake (a ticket's estimated duration): whoever has most chooses first where all are not compared */
  readonly weights?: Float64Array;
  /** whether every row may have every column; looked up where it is not told */
  readonly isFull?: boolean;
}

/** Each row's column, or NONE. */
export type Assigned = Int32Array;

export const NONE = -1;

/** @returns the sum over the rows that have a column */
export function totalCost({ columns, cells }: Costs, columnOf: Assigned): number {
  let total = 0;
  columnOf.forEach((column, row) => {
    if (column !== NONE) total += cells[row * columns + column] as number;
  });
  return total;
}

/** Each column's row, or NONE. */
export function ownersOf(columnOf: Assigned, columns: number): Int32Array {
  const owners = new Int32Array(columns).fill(NONE);
  columnOf.forEach((column, row) => {
    if (column !== NONE) owners[column] = row;
  });
  return owners;
}
