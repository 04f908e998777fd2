/**
 * Which strategy is in force, as an event-sourced aggregate of which there is one: chosen by the error budget of tickets'
 * deadlines, unless an operator said otherwise for a while.
 *
 * While the budget is healthy, turns are shared out fairly; from the first warning on what is critical goes first. Back
 * again takes more than the threshold, and some time: near it, or right after a switch, nothing changes. Round-robin is
 * in force only where an operator says so.
 */
import { HiveError } from '../../errors.ts';
import type { Head, Recorded } from '../../ledger/chain.ts';
import { budgetState, type ErrorBudget } from '../../slo/error-budget.ts';
import type { BudgetState } from '../../slo/names.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { StrategyCause, StrategyName } from './names.ts';

export interface StrategyChanged {
  readonly type: 'StrategyChanged';
  readonly from: StrategyName;
  /** may be the same: then only who decided is another */
  readonly to: StrategyName;
  readonly cause: StrategyCause;
  /** as it stood, where the budget decided */
  readonly budget?: { readonly state: BudgetState; readonly remaining: number; readonly events: number };
  readonly operator?: ByOperator;
  /** epoch ms until which the operator's word holds; an operator's without it hands the choice back to the budget */
  readonly until?: number;
}

export interface StrategyState {
  readonly strategy: StrategyName;
  /** in force since then, epoch ms */
  readonly since: number;
  readonly override?: ByOperator & { readonly until: number };
}

export interface StrategyRecord {
  readonly head: Head;
  readonly state: StrategyState;
}

/** Before anything was recorded. */
export const FIRST: StrategyState = { strategy: 'weighted-fair', since: 0 };

export interface ChoiceSettings {
  readonly by_state: Readonly<Record<BudgetState, StrategyName>>;
  /** so much more than its threshold must remain of the budget before a better state counts */
  readonly margin: number;
  /** a strategy is in force this long, ms, before a better state changes it; a worse one changes it at once */
  readonly dwell_ms: number;
}

export const CHOICE: ChoiceSettings = {
  by_state: {
    healthy: 'weighted-fair',
    warning: 'critical-first',
    critical: 'critical-first',
    exhausted: 'critical-first',
  },
  margin: 0.05,
  dwell_ms: 30 * 60_000,
};

/** @throws HiveError STRATEGY_TRANSITION_INVALID (500) */
export function reduceStrategy(
  state: StrategyState | undefined,
  { event, at }: Pick<Recorded<StrategyChanged>, 'event' | 'at'>,
): StrategyState {
  const before = state ?? FIRST;
  if (event.from !== before.strategy)
    throw new HiveError(
      'STRATEGY_TRANSITION_INVALID',
      `Strategy ${event.from} cannot be left: ${before.strategy} is in force.`,
      { status: 500, detail: { from: event.from, in_force: before.strategy } },
    );
  const since = event.to === before.strategy ? before.since : at;
  const { operator, until } = event;
  const overridden = event.cause === 'operator' && operator !== undefined && until !== undefined;
  return { strategy: event.to, since, ...(overridden && { override: { by: operator.by, why: operator.why, until } }) };
}

/** What the budget changes at `now` (epoch ms); undefined: nothing. */
export function decideStrategy(
  state: StrategyState,
  budget: ErrorBudget,
  now: number,
  settings: ChoiceSettings = CHOICE,
): StrategyChanged | undefined {
  const { strategy, override, since } = state;
  if (override !== undefined && now < override.until) return undefined;
  const { remaining, events } = budget;
  const told = { state: budget.state, remaining: exact(remaining), events };
  // What an operator chose has had its time: no dwell, and no margin on top.
  if (override !== undefined) {
    const to = settings.by_state[budget.state];
    return { type: 'StrategyChanged', from: strategy, to, cause: 'override_ended', budget: told };
  }
  const to = settings.by_state[budget.state];
  if (to === strategy) return undefined;
  const surely = settings.by_state[budgetState(remaining - settings.margin)];
  const better = settings.by_state.healthy === to;
  if (better && (surely !== to || now - since < settings.dwell_ms)) return undefined;
  return { type: 'StrategyChanged', from: strategy, to, cause: 'budget', budget: told };
}

const exact = (value: number): number => Math.round(value * 1e6) / 1e6;
