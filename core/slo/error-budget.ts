/** What may still go wrong before the objective is missed. */
import type { BudgetState } from './names.ts';
import { OBJECTIVE, type Objective } from './objective.ts';
import type { Outcomes } from './outcomes.ts';

export interface ErrorBudget {
  readonly state: BudgetState;
  /** part of the budget that is left; negative when more is spent than there was */
  readonly remaining: number;
  /** error rate over what the objective allows: 1 spends the budget exactly in its window */
  readonly burn: number;
  readonly events: number;
}

/** More than this must remain, from the best state on. */
const REMAINS: readonly (readonly [BudgetState, number])[] = [
  ['healthy', 0.5],
  ['warning', 0.2],
  ['critical', 0.1],
];

export const budgetState = (remaining: number): BudgetState =>
  REMAINS.find(([, least]) => remaining > least)?.[0] ?? 'exhausted';

/** Error rate ÷ (1 − target); 0 for too few events to say. */
export function burnRate({ good, bad }: Outcomes, { target, min_events }: Objective = OBJECTIVE): number {
  const events = good + bad;
  return events < min_events || events === 0 ? 0 : bad / events / (1 - target);
}

/** Of the outcomes in the objective's window. With too few of them nothing is spent. */
export function errorBudget(outcomes: Outcomes, objective: Objective = OBJECTIVE): ErrorBudget {
  const burn = burnRate(outcomes, objective);
  const remaining = 1 - burn;
  return { state: budgetState(remaining), remaining, burn, events: outcomes.good + outcomes.bad };
}
