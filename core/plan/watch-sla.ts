/**
 * What is recorded of predictions: the first one, and each time that the plan comes into danger or out of it. Two
 * thresholds, so that a probability that wavers is told once. Nothing is at risk any more once the deadline has passed.
 */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { appendToPlan } from './append.ts';
import type { PlanEvent } from './events.ts';
import type { PlanPrediction } from './prediction.ts';
import { isPlanLive, type PlanState } from './state.ts';

export interface SlaSettings {
  /** a plan whose probability of being in time is below this is at risk */
  readonly at_risk_below: number;
  /** and is not any more above this */
  readonly recovered_above: number;
  /** below this it is looked at again after `soon_ms` */
  readonly watch_below: number;
  readonly soon_ms: number;
}

export const SLA_SETTINGS: SlaSettings = {
  at_risk_below: 0.8,
  recovered_above: 0.95,
  watch_below: 0.9,
  soon_ms: 15_000,
};

/** A prediction with the tasks that the end of the plan hangs on most. */
export interface SlaOutlook {
  readonly prediction: PlanPrediction;
  readonly slowest: readonly string[];
}

/** @returns undefined while too little of the plan is to be seen */
export type PredictPlan = (state: PlanState, now: number) => Promise<SlaOutlook | undefined>;

/** What is to be recorded of it, where the plan stands as it does. */
export function slaEventOf(
  { phase, sla, deadline }: PlanState,
  { prediction, slowest }: SlaOutlook,
  settings: SlaSettings = SLA_SETTINGS,
): PlanEvent | undefined {
  // Redriven meanwhile, it has another deadline: the next look predicts for that.
  if (phase !== 'running' || sla === 'violated' || prediction.deadline !== deadline) return undefined;
  const { probability } = prediction;
  if (probability < settings.at_risk_below && sla !== 'at_risk') return { type: 'SlaAtRisk', ...prediction, slowest };
  if (probability > settings.recovered_above && sla === 'at_risk') return { type: 'SlaRecovered', ...prediction };
  return sla === undefined ? { type: 'PlanPredicted', ...prediction } : undefined;
}

export interface WatchSlaDeps {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
}

export function createWatchSla({ ledger, clock, sha256 }: WatchSlaDeps) {
  const append = (planId: string, eventOf: (state: PlanState, now: number) => PlanEvent | undefined): Promise<void> =>
    retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      const event = plan && eventOf(plan.state, clock.now());
      if (plan && event) await ledger.commit([appendToPlan(plan, event, clock.now(), sha256)]);
    });

  return {
    /** May be called with any prediction, any number of times: each crossing of a threshold is recorded once. */
    note: async (state: PlanState, outlook: SlaOutlook): Promise<void> => {
      if (slaEventOf(state, outlook) !== undefined)
        await append(state.plan_id, (current) => slaEventOf(current, outlook));
    },
    /** The deadline has passed, and the plan has not ended. */
    violate: (planId: string): Promise<void> =>
      append(planId, (state, now) =>
        isPlanLive(state) && state.sla !== 'violated' && now >= state.deadline
          ? { type: 'SlaViolated', deadline: state.deadline }
          : undefined,
      ),
  };
}
