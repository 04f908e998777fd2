/** How many kept their deadlines, by time: what an error budget is computed from. */
import type { TalliedMinute } from '../ports/tallies.ts';

export interface Outcomes {
  readonly good: number;
  readonly bad: number;
}

/** Of the minutes that begin in (to − windowMs, to], epoch ms. */
export function outcomesIn(minutes: readonly TalliedMinute[], windowMs: number, to: number): Outcomes {
  let [good, bad] = [0, 0];
  for (const { at, counts } of minutes) {
    if (at <= to - windowMs || at > to) continue;
    good += counts.good ?? 0;
    bad += counts.bad ?? 0;
  }
  return { good, bad };
}
