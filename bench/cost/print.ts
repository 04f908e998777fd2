/** Tables for a terminal. */

/** First column to the left, the others to the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  console.log(`\n${title}`);
  for (const row of table)
    console.log(
      row
        .map((cell, column) => {
          const width = widths[column] as number;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    );
}

export const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
export const count = (value: number): string => (value === 0 ? '–' : value.toFixed(value < 10 ? 2 : 0));
