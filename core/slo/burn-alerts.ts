/**
 * Alarms by burn rate over two windows each ("The Site Reliability Workbook", 2018, chapter 5): the long one says that it
 * matters, the short one that it still goes on, so an alarm ends soon after its cause.
 */
import type { TalliedMinute } from '../ports/tallies.ts';
import { burnRate } from './error-budget.ts';
import { OBJECTIVE, type Objective } from './objective.ts';
import { outcomesIn } from './outcomes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface BurnRule {
  /** wakes somebody up, or waits for the working day */
  readonly severity: 'page' | 'ticket';
  /** a burn of at least this, in both windows */
  readonly burn: number;
  readonly long_ms: number;
  readonly short_ms: number;
}

export const BURN_RULES: readonly BurnRule[] = [
  { severity: 'page', burn: 14.4, long_ms: HOUR_MS, short_ms: 5 * MINUTE_MS },
  { severity: 'page', burn: 6, long_ms: 6 * HOUR_MS, short_ms: 30 * MINUTE_MS },
  { severity: 'ticket', burn: 3, long_ms: DAY_MS, short_ms: 2 * HOUR_MS },
  { severity: 'ticket', burn: 1, long_ms: 3 * DAY_MS, short_ms: 6 * HOUR_MS },
];

export interface BurnAlert extends BurnRule {
  readonly long_burn: number;
  readonly short_burn: number;
}

/**
 * The rules that hold at `now` (epoch ms), the most urgent first. The long window has to have enough events to say
 * something; the short one only tells whether it goes on, and any will do.
 * @param minutes those of the longest window at least
 */
export function burnAlerts(
  minutes: readonly TalliedMinute[],
  now: number,
  objective: Objective = OBJECTIVE,
  rules: readonly BurnRule[] = BURN_RULES,
): BurnAlert[] {
  return rules.flatMap((rule) => {
    const long_burn = burnRate(outcomesIn(minutes, rule.long_ms, now), objective);
    const short_burn = burnRate(outcomesIn(minutes, rule.short_ms, now), { ...objective, min_events: 1 });
    return long_burn >= rule.burn && short_burn >= rule.burn ? [{ ...rule, long_burn, short_burn }] : [];
  });
}
