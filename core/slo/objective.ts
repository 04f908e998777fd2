/** What is promised: how many of the tickets keep their deadline, over how long, and when enough is known to say so. */
export interface Objective {
  /** of tickets, 0–1, below 1 */
  readonly target: number;
  /** the budget is of this long, ms */
  readonly window_ms: number;
  /** with fewer events in a window nothing is said about it */
  readonly min_events: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * 201 events at least: one late ticket of n spends 1 ÷ n ÷ (1 − 0.99) of the budget, and on its own it must leave more than
 * half of that, from which on the budget counts as hurt: n > 1 ÷ (0.01 × 0.5) = 200.
 */
export const OBJECTIVE: Objective = { target: 0.99, window_ms: 3 * DAY_MS, min_events: 201 };
