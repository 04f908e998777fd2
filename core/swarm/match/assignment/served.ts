/**
 * Who is served when there are not enough slots for all: as many as possible, and the first ones before the later ones.
 *
 * The sets of rows that can be served together are the independent sets of a transversal matroid (Edmonds & Fulkerson 1965),
 * so taking the rows in their order, each that can be served with those before it, is optimal both ways at once. A row can
 * be if an augmenting path leads from it to a free column.
 */
import { type Assigned, type Costs, NONE, ownersOf } from './costs.ts';

/**
 * Serves rows in the order given, as many as can be, those of `columnOf` in any case; it changes `columnOf` in place.
 * Columns that a search in vain came by are left out for good: no free one can be reached from them any more, so all
 * searches in vain cost one search together.
 */
export function serveInOrder({ rows, columns, cells }: Costs, columnOf: Assigned, order: Iterable<number>): void {
  const owners = ownersOf(columnOf, columns);
  const dead = new Uint8Array(columns);
  const seen = new Int32Array(columns).fill(NONE);
  const from = new Int32Array(columns);
  const pending = new Int32Array(rows);

  /** Breadth first; @returns a free column, with the way to it in `from` */
  function search(start: number): number {
    let size = 0;
    pending[size++] = start;
    for (let at = 0; at < size; at++) {
      const row = pending[at] as number;
      const offset = row * columns;
      for (let column = 0; column < columns; column++) {
        if (seen[column] === start || dead[column] === 1 || cells[offset + column] === Infinity) continue;
        seen[column] = start;
        from[column] = row;
        const owner = owners[column] as number;
        if (owner === NONE) return column;
        pending[size++] = owner;
      }
    }
    for (let column = 0; column < columns; column++) if (seen[column] === start) dead[column] = 1;
    return NONE;
  }

  for (const start of order) {
    if (columnOf[start] !== NONE) continue;
    let column = search(start);
    while (column !== NONE) {
      const row = from[column] as number;
      const next = columnOf[row] as number;
      columnOf[row] = column;
      owners[column] = row;
      column = row === start ? NONE : next;
    }
  }
}
