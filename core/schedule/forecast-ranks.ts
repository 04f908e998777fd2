/**
 * The order in which a plan's tickets are best begun on the slots that are there: the best of a bounded number of forecast
 * schedules (search/search.ts), as a rank that tickets carry. Accepting a plan ranks by it, and so does simulating one.
 */
import type { Problem } from './search/problem.ts';
import { searchSchedule } from './search/search.ts';

/** What forecasting a plan may cost, in counts: the same on every machine, whatever else it does. */
export interface ForecastBudget {
  /** schedules built at most */
  readonly schedules: number;
  /** slots looked at before no further schedule is built */
  readonly steps: number;
  /** a plan of more tasks is not forecast */
  readonly tasks: number;
  /** nor one of more tasks × slots */
  readonly cells: number;
}

/** Some 0.1 s at the most, and a few ms for a plan of 50 tasks. */
export const FORECAST_BUDGET: ForecastBudget = { schedules: 100, steps: 5_000_000, tasks: 2000, cells: 100_000 };

/** With fewer tasks there is little to put in order. */
const FEWEST_TASKS = 3;

/** Whether the budget has room for such a plan at all. */
export const mayForecast = (
  tasks: number,
  slots: number,
  { tasks: most, cells }: ForecastBudget = FORECAST_BUDGET,
): boolean => tasks >= FEWEST_TASKS && tasks <= most && slots > 0 && tasks * slots <= cells;

/**
 * By task, whole ms from its beginning to the plan's end in the best schedule found, counted as late as that can be.
 * @param random uniform in [0, 1): what the search draws by
 */
export function forecastRanks(
  problem: Problem,
  random: () => number,
  { schedules, steps }: Pick<ForecastBudget, 'schedules' | 'steps'> = FORECAST_BUDGET,
): number[] {
  return Array.from(searchSchedule(problem, { schedules, steps, random }).rank, Math.round);
}

/** Equal ranks are told apart as the forecast did, by less than a whole ms. */
const TIE_MS = 0.5;

/** What the task's ticket is ranked by, ms. @param at its place in the plan */
export function rankOf(ranks: readonly number[], at: number): number {
  return (ranks[at] ?? 0) + TIE_MS * (1 - at / ranks.length);
}
