/** What pools will want, as people read it: a line for each, with its forecast as a curve. */
import type { CapacityDesired } from '../../core/messages/capacity-desired.ts';
import type { Out } from './io.ts';
import { duration, plain, table } from './text.ts';

/** Those that lack most first. */
export function demandLines(pools: readonly CapacityDesired[], { yellow }: Out['color']): string[] {
  if (pools.length === 0) return ['no pool was used within seven days'];
  const lacking = (one: CapacityDesired): number => one.desired_slots - one.present_slots;
  const sorted = [...pools].sort((a, b) => lacking(b) - lacking(a) || (a.pool < b.pool ? -1 : 1));
  const rows = sorted.map(({ pool, desired_slots, present_slots, waiting, load, service_ms, forecast }) => [
    plain(pool),
    String(desired_slots),
    String(present_slots),
    String(waiting),
    load.toFixed(2),
    duration(service_ms),
    `${sparkline(forecast.mean)} ${rangeOf(forecast)}`,
  ]);
  const headings = ['pool', 'desired', 'present', 'waiting', 'load', 'an attempt', 'arrivals in the minutes ahead'];
  const [head = '', ...lines] = table(headings, rows);
  return [head, ...lines.map((line, at) => (lacking(sorted[at] as CapacityDesired) > 0 ? yellow(line) : line))];
}

/** `12 (8–17)`: of all the minutes ahead together; the range is that of their 10th to 90th percentiles, added up. */
function rangeOf({ mean, p10, p90 }: CapacityDesired['forecast']): string {
  const [all, low, high] = [mean, p10, p90].map((row) => Math.round(row.reduce((sum, one) => sum + one, 0)));
  return `${all} (${low}–${high}) in ${mean.length} m`;
}

const STEPS = '▁▂▃▄▅▆▇█';

export function sparkline(row: readonly number[]): string {
  const most = Math.max(0, ...row);
  const step = (value: number): number => (most > 0 ? Math.round((value / most) * (STEPS.length - 1)) : 0);
  return row.map((value) => STEPS[step(value)]).join('');
}
