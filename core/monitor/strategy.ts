/** Which scheduling strategy is in force, who or what chose it, and how the error budget stands that it follows from. */

import { STRATEGY_AGGREGATE } from '../ledger/aggregate.ts';
import type { StrategyView } from '../messages/strategy-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import type { Tallies } from '../ports/tallies.ts';
import { FIRST, type StrategyChanged, type StrategyState } from '../schedule/strategy/choice.ts';
import { BURN_RULES, burnAlerts } from '../slo/burn-alerts.ts';
import { errorBudget } from '../slo/error-budget.ts';
import { OBJECTIVE } from '../slo/objective.ts';
import { outcomesIn } from '../slo/outcomes.ts';
import { TICKET_SLA } from '../tally/series.ts';

export interface GetStrategyDeps {
  readonly ledger: Pick<Ledger, 'loadStrategy'>;
  readonly reader: Pick<PlanReader, 'loadEvents'>;
  readonly tallies: Pick<Tallies, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
}

const MEMBERS = ['cause', 'budget', 'operator', 'until'];
const WINDOW_MS = Math.max(OBJECTIVE.window_ms, ...BURN_RULES.map(({ long_ms }) => long_ms));

export function createGetStrategy({ ledger, reader, tallies, clock }: GetStrategyDeps): () => Promise<StrategyView> {
  return async () => {
    const now = clock.now();
    const [current, minutes] = await Promise.all([
      ledger.loadStrategy(),
      tallies.read(TICKET_SLA, now - WINDOW_MS, now + 1),
    ]);
    const state = current?.state ?? FIRST;
    const version = current?.head.version ?? 0;
    const [last] = version === 0 ? [] : await reader.loadEvents([{ aggregate: STRATEGY_AGGREGATE, version }], MEMBERS);
    const change = last?.event as Pick<StrategyChanged, 'cause' | 'budget' | 'operator' | 'until'> | undefined;
    const { strategy, since, override } = state;
    return {
      ...{ strategy, version, why: whyOf(state, change, now) },
      ...(since > 0 && { since }),
      ...(change && { cause: change.cause }),
      ...(override && { override }),
      budget: {
        ...errorBudget(outcomesIn(minutes, OBJECTIVE.window_ms, now)),
        ...{ target: OBJECTIVE.target, window_ms: OBJECTIVE.window_ms },
        alerts: burnAlerts(minutes, now),
      },
    };
  };
}

function whyOf(
  { override }: StrategyState,
  change: Pick<StrategyChanged, 'cause' | 'budget' | 'operator'> | undefined,
  now: number,
): string {
  if (override !== undefined)
    return override.until > now
      ? `${override.by} said so: ${override.why}`
      : `${override.by} said so, for a time that is over: the error budget decides within a minute`;
  if (change === undefined) return 'it is the one that scheduling begins with';
  const { cause, budget, operator } = change;
  if (cause === 'operator')
    return `${operator?.by ?? 'an operator'} handed the choice back to the error budget: ${operator?.why ?? ''}`;
  const stood = budget === undefined ? '' : ` was ${budget.state}, ${Math.round(budget.remaining * 100)} % of it left`;
  const ended = cause === 'override_ended' ? 'what an operator had said ended, and ' : '';
  return `${ended}the error budget${stood}`;
}
