/**
 * The assignment of least cost, exactly: each row in turn takes the shortest augmenting path to a free column, by reduced
 * costs (Jonker & Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987;
 * without their initialisation, as Crouse, "On implementing 2D rectangular assignment algorithms", 2016). O(rows² · columns).
 *
 * This rather than an auction because a path that adds a row never drops one that was served before: rows in the order of
 * their priority give the set that `serveInOrder` would, at the least cost for that set.
 */
import { type Assigned, type Costs, NONE } from './costs.ts';

export interface Optimum {
  readonly columnOf: Assigned;
  /** Σ of the dual variables: what no assignment of the rows served can cost less than */
  readonly bound: number;
}

export function shortestPaths({ rows, columns, cells }: Costs): Optimum {
  const columnOf = new Int32Array(rows).fill(NONE);
  const owners = new Int32Array(columns).fill(NONE);
  const ofRow = new Float64Array(rows);
  const ofColumn = new Float64Array(columns);
  const distance = new Float64Array(columns);
  const from = new Int32Array(columns);
  /** columns whose distance is not final, then those whose is, last one first */
  const open = new Int32Array(columns);

  for (let start = 0; start < rows; start++) {
    distance.fill(Infinity);
    for (let column = 0; column < columns; column++) open[column] = column;
    let left = columns;
    let row = start;
    let reached = 0;
    let end = NONE;
    while (end === NONE) {
      const offset = row * columns;
      const base = reached - (ofRow[row] as number);
      let nearest = Infinity;
      let place = NONE;
      for (let k = 0; k < left; k++) {
        const column = open[k] as number;
        const through = base + (cells[offset + column] as number) - (ofColumn[column] as number);
        let far = distance[column] as number;
        if (through < far) {
          far = through;
          distance[column] = far;
          from[column] = row;
        }
        // Of equals a free one: it ends the search.
        if (far < nearest || (far === nearest && far < Infinity && owners[column] === NONE)) {
          nearest = far;
          place = k;
        }
      }
      if (place === NONE) break;
      reached = nearest;
      const column = open[place] as number;
      open[place] = open[--left] as number;
      open[left] = column;
      if (owners[column] === NONE) end = column;
      else row = owners[column] as number;
    }
    if (end === NONE) continue;
    ofRow[start] = reached + (ofRow[start] as number);
    for (let k = left; k < columns; k++) {
      const column = open[k] as number;
      if (column === end) continue;
      const shorter = reached - (distance[column] as number);
      const owner = owners[column] as number;
      ofColumn[column] = (ofColumn[column] as number) - shorter;
      ofRow[owner] = (ofRow[owner] as number) + shorter;
    }
    for (let column = end, taker = NONE; taker !== start; ) {
      taker = from[column] as number;
      const next = columnOf[taker] as number;
      columnOf[taker] = column;
      owners[column] = taker;
      column = next;
    }
  }
  let bound = 0;
  for (const dual of ofColumn) bound += dual;
  columnOf.forEach((column, row) => {
    if (column !== NONE) bound += ofRow[row] as number;
  });
  return { columnOf, bound };
}
