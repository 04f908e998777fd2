/** Stretches of time as bars below one another, each where it lies in the whole. */

const FULL = '█';
/** Takes next to no time beside the whole. */
const SLIVER = '▏';

/**
 * A bar a stretch, each `size` columns wide: blank before it begins and after it ends. What lasts ends at `now`.
 * @param now epoch ms
 */
export function timeBars(
  stretches: readonly { readonly from: number; readonly to?: number | undefined }[],
  now: number,
  size: number,
): string[] {
  const ends = stretches.map(({ from, to }) => Math.max(from, to ?? now));
  const start = Math.min(...stretches.map(({ from }) => from));
  const whole = Math.max(1, Math.max(...ends) - start);
  const column = (at: number): number => Math.round(((at - start) / whole) * size);
  return stretches.map(({ from }, index) => {
    const first = Math.min(column(from), size - 1);
    const columns = column(ends[index] ?? from) - first;
    const bar = columns < 1 ? SLIVER : FULL.repeat(columns);
    return `${' '.repeat(first)}${bar}`.padEnd(size);
  });
}
