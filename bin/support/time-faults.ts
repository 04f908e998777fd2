/** What the time says about a plan: what a new date of issue would mend, and what it would not. */
import type { PlanFault } from '../../core/messages/bus-events.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { timeFaults } from '../../core/plan/admission.ts';
import { PLAN_SETTINGS } from '../../core/plan/limits.ts';

export interface TimeFaults {
  readonly faults: readonly PlanFault[];
  /** true when issuing the plan anew now (`submit --new-id`) leaves none of them */
  readonly newIdMends: boolean;
}

export function findTimeFaults(plan: CognitivePlan, now: number): TimeFaults {
  const faults = timeFaults(plan, now, PLAN_SETTINGS);
  return { faults, newIdMends: timeFaults({ ...plan, created_at: now }, now, PLAN_SETTINGS).length === 0 };
}
