/** Rows of the same shape as a table: names to the left, numbers to the right, gaps in percent. */
export type Cell = string | number;

export function printTable(rows: readonly object[]): void {
  const titles = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => Object.entries(row as Record<string, Cell>).map(([name, cell]) => tell(name, cell)));
  const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => (line[at] as string).length)));
  const isText = Object.values((rows[0] ?? {}) as Record<string, Cell>).map((cell) => typeof cell === 'string');
  for (const line of [titles, ...lines])
    console.log(
      line
        .map((cell, at) => (isText[at] ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
        .join('  '),
    );
}

function tell(name: string, cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (name.endsWith('gap')) return `${cell < 0 ? '-' : '+'}${Math.abs(100 * cell).toFixed(3)} %`;
  if (Number.isNaN(cell)) return '–';
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(1);
}
