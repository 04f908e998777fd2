/** States of an error budget, the best first. */
export const BUDGET_STATES = ['healthy', 'warning', 'critical', 'exhausted'] as const;
export type BudgetState = (typeof BUDGET_STATES)[number];
