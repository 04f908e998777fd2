/**
 * A plan that has halted or failed runs again from where it stood: what is done stays done, everything else is reopened,
 * and another execution of the same shape is started. Tickets that are done answer it at once.
 */
import { incidentIdOf } from '../incident/incident.ts';
import { resolving } from '../incident/resolving.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import { appendToPlan } from '../plan/append.ts';
import type { HealPlan } from '../plan/heal.ts';
import { PLAN_SETTINGS } from '../plan/limits.ts';
import { nextLook } from '../plan/next-look.ts';
import type { StartPlan } from '../plan/start.ts';
import { isPlanLive, type PlanPhaseName } from '../plan/state.ts';
import { approvalOf } from '../policy/entities.ts';
import type { Timers } from '../ports/timers.ts';
import type { AdmitAgain } from './admit-again.ts';
import { isLarge } from './large.ts';
import type { Operations } from './operations.ts';
import { loadPlanOrThrow, operatorOf, type VerbDeps, wrongPlanPhase } from './verb.ts';

const FROM: readonly PlanPhaseName[] = ['halted', 'failed'];

export interface RedrivePlanDeps extends VerbDeps {
  timers: Timers;
  startPlan: StartPlan;
  healPlan: HealPlan;
  admitAgain: AdmitAgain;
}

/**
 * The intent is committed first: what follows is gone on with by the plan's timer, should this die.
 * @throws HiveError PLAN_UNKNOWN · PLAN_PHASE_WRONG (also for a plan that failed before it was accepted) · PLAN_DENIED
 */
export function createRedrivePlan(deps: RedrivePlanDeps): Operations['redrivePlan'] {
  const { ledger, timers, clock, sha256, startPlan, healPlan, admitAgain } = deps;
  return async (planId, request) => {
    const operator = operatorOf(request);
    const changed = await retryOnConflict(clock, async () => {
      const plan = await loadPlanOrThrow(ledger, planId);
      const { state } = plan;
      if (isPlanLive(state) && state.cancel === undefined) return false;
      if (!FROM.includes(state.phase) || !('accepted_at' in state) || state.cancel !== undefined)
        throw wrongPlanPhase(plan, 'redrive', FROM);
      const now = clock.now();
      const deadline = state.deadline > now ? state.deadline : now + PLAN_SETTINGS.default_deadline_ms;
      // Whether a person had to say yes was asked before its first run.
      const admitted = await admitAgain(plan, { deadline, approval: approvalOf(plan.header), starts: false });
      await timers.set({ kind: 'plan', id: planId, at: nextLook(now, deadline) });
      const event = { type: 'PlanRedriven' as const, run: state.run + 1, deadline, admitted, ...operator };
      const halted = incidentIdOf(planId, `halted in run ${state.run}`, sha256);
      const resolved = await resolving(ledger, halted, operator, now, sha256);
      await ledger.commit([appendToPlan(plan, event, now, sha256), ...resolved]);
      return true;
    });
    const { state } = await loadPlanOrThrow(ledger, planId);
    if (isLarge(state)) {
      // Not before the commit: a look that finds the plan as it was would end there.
      await timers.set({ kind: 'plan', id: planId, at: clock.now() });
      return { id: planId, phase: state.phase, changed };
    }
    await retryOnConflict(clock, async () => startPlan(await loadPlanOrThrow(ledger, planId)));
    // A ticket may have been done between two looks at the gates it keeps: reopening commits, then this looks again.
    await healPlan(planId);
    return { id: planId, phase: (await loadPlanOrThrow(ledger, planId)).state.phase, changed };
  };
}
