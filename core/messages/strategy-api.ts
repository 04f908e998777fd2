/** Which scheduling strategy is in force, why, and what an operator says of it. */
import { z } from 'zod';
import { STRATEGIES, STRATEGY_CAUSES } from '../schedule/strategy/names.ts';
import { AUTO } from '../schedule/strategy/override.ts';
import { BUDGET_STATES } from '../slo/names.ts';
import { verbRequest } from './monitoring-api.ts';
import { absent, epochMs } from './primitives.ts';

export const burnAlertView = z
  .object({
    severity: z.enum(['page', 'ticket']),
    burn: z.number().meta({ description: 'the threshold, in budgets a window' }),
    ...{ long_ms: z.int(), short_ms: z.int(), long_burn: z.number(), short_burn: z.number() },
  })
  .meta({ id: 'BurnAlert', title: 'BurnAlert', description: 'The budget is spent too fast, in two windows at once' });

export const errorBudgetView = z
  .object({
    state: z.enum(BUDGET_STATES),
    remaining: z.number().meta({ description: 'part that is left; negative when overspent' }),
    burn: z.number().meta({ description: '1 spends the budget exactly in its window' }),
    events: z.int().nonnegative().meta({ description: 'tickets that ended in the window; with few nothing is spent' }),
    target: z.number().meta({ description: 'part of the tickets that is to keep its deadline' }),
    window_ms: z.int(),
    alerts: z.array(burnAlertView),
  })
  .meta({ id: 'ErrorBudget', title: 'ErrorBudget' });

export const strategyView = z
  .object({
    strategy: z.enum(STRATEGIES),
    since: absent(epochMs).meta({ description: 'absent: from the beginning' }),
    version: z.int().nonnegative().meta({ description: 'changes that are recorded' }),
    cause: absent(z.enum(STRATEGY_CAUSES)).meta({ description: 'of the last change; absent: there was none' }),
    why: z.string(),
    override: absent(z.object({ by: z.string(), why: z.string(), until: epochMs })).meta({
      description: 'an operator said so, and it holds until then',
    }),
    budget: errorBudgetView,
  })
  .meta({ id: 'StrategyView', title: 'StrategyView', description: 'Which strategy scheduling goes by, and why' });
export type StrategyView = z.output<typeof strategyView>;

/** The range is told by the verb, which knows it. */
export const strategyRequest = z
  .object({
    ...verbRequest.shape,
    strategy: z.enum([...STRATEGIES, AUTO]).meta({ description: 'auto hands the choice back to the error budget' }),
    for_ms: absent(z.int().positive()).meta({ description: 'how long it holds: at most 7 days, default one hour' }),
  })
  .meta({ id: 'StrategyRequest', title: 'StrategyRequest' });
export type StrategyRequest = z.output<typeof strategyRequest>;
