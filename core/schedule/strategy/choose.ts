/** Once a minute: how much of the error budget is left, and does that ask for another strategy? */
import { isConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Tallies } from '../../ports/tallies.ts';
import { BURN_RULES, type BurnAlert, burnAlerts } from '../../slo/burn-alerts.ts';
import { type ErrorBudget, errorBudget } from '../../slo/error-budget.ts';
import { OBJECTIVE, type Objective } from '../../slo/objective.ts';
import { outcomesIn } from '../../slo/outcomes.ts';
import { TICKET_SLA } from '../../tally/series.ts';
import { appendStrategy } from './append.ts';
import { decideStrategy, FIRST, type StrategyChanged, type StrategyState } from './choice.ts';

export interface ChooseStrategyDeps {
  ledger: Pick<Ledger, 'loadStrategy' | 'commit'>;
  tallies: Pick<Tallies, 'read'>;
  clock: Clock;
  sha256: Sha256;
  objective?: Objective;
}

export interface Chosen {
  readonly budget: ErrorBudget;
  readonly alerts: readonly BurnAlert[];
  /** as it is now */
  readonly state: StrategyState;
  /** absent: nothing was changed */
  readonly changed?: StrategyChanged;
}

/** May run at any time and as often as one likes. Somebody who wrote first has decided: the next minute looks again. */
export function createChooseStrategy({ ledger, tallies, clock, sha256, objective = OBJECTIVE }: ChooseStrategyDeps) {
  return async function chooseStrategy(): Promise<Chosen> {
    const now = clock.now();
    const windows = [objective.window_ms, ...BURN_RULES.map(({ long_ms }) => long_ms)];
    const [minutes, current] = await Promise.all([
      tallies.read(TICKET_SLA, now - Math.max(...windows), now + 1),
      ledger.loadStrategy(),
    ]);
    const state = current?.state ?? FIRST;
    const budget = errorBudget(outcomesIn(minutes, objective.window_ms, now), objective);
    const alerts = burnAlerts(minutes, now, objective);
    const changed = decideStrategy(state, budget, now);
    if (changed === undefined) return { budget, alerts, state };
    const write = appendStrategy(current, changed, now, sha256);
    try {
      await ledger.commit([write]);
    } catch (error) {
      if (!isConflict(error)) throw error;
      return { budget, alerts, state };
    }
    return { budget, alerts, state: write.state, changed };
  };
}
