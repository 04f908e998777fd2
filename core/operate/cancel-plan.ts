/** A plan is given up: its open tickets are cancelled, and what it has done is undone where the plan says so. */
import { retryOnConflict } from '../ledger/retry.ts';
import { appendToPlan } from '../plan/append.ts';
import type { FailPlan } from '../plan/fail.ts';
import { isPlanEnded } from '../plan/state.ts';
import type { Timers } from '../ports/timers.ts';
import { isLarge } from './large.ts';
import type { Operations } from './operations.ts';
import { GONE_ON_WITH_MS, loadPlanOrThrow, operatorOf, type VerbDeps, wrongPlanPhase } from './verb.ts';

/**
 * The intent is committed first: what follows is gone on with by the plan's timer, should this die. A plan that is being
 * undone, or was cancelled, stays as it is; one that would halt is not to be repaired any more: what it did stays.
 * @throws HiveError PLAN_UNKNOWN · PLAN_PHASE_WRONG
 */
export function createCancelPlan(deps: VerbDeps & { timers: Timers; failPlan: FailPlan }): Operations['cancelPlan'] {
  const { ledger, timers, clock, sha256, failPlan } = deps;
  return async (planId, request) => {
    const changed = await retryOnConflict(clock, async () => {
      const plan = await loadPlanOrThrow(ledger, planId);
      const { phase, cancel } = plan.state;
      if (cancel !== undefined || phase === 'compensating' || phase === 'compensated') return false;
      if (isPlanEnded(plan.state))
        throw wrongPlanPhase(plan, 'cancel', ['awaiting_approval', 'accepted', 'running', 'paused', 'halted']);
      const now = clock.now();
      await timers.set({ kind: 'plan', id: planId, at: now + GONE_ON_WITH_MS });
      const event = { type: 'PlanCancelRequested' as const, ...operatorOf(request) };
      await ledger.commit([appendToPlan(plan, event, now, sha256)]);
      return true;
    });
    const before = await loadPlanOrThrow(ledger, planId);
    if (isLarge(before.state)) {
      await timers.set({ kind: 'plan', id: planId, at: clock.now() });
      return { id: planId, phase: before.state.phase, changed };
    }
    const after = await failPlan(planId, { reason: 'cancelled' });
    return { id: planId, phase: after?.phase ?? 'cancelled', changed };
  };
}
