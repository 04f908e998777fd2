/** A plan is given up: its open tickets are cancelled, and what it has done is undone where the plan says so. */
import type { FailPlan } from '../plan/fail.ts';
import { isPlanEnded } from '../plan/state.ts';
import type { Operations } from './operations.ts';
import { loadPlanOrThrow, operatorOf, type VerbDeps, wrongPlanPhase } from './verb.ts';

/** A plan that is being undone, or was cancelled, stays as it is. @throws HiveError PLAN_UNKNOWN · PLAN_PHASE_WRONG */
export const createCancelPlan =
  ({ ledger, failPlan }: VerbDeps & { failPlan: FailPlan }): Operations['cancelPlan'] =>
  async (planId, request) => {
    const plan = await loadPlanOrThrow(ledger, planId);
    const { phase } = plan.state;
    if (phase === 'cancelled' || phase === 'compensating' || phase === 'compensated') {
      // Whoever cancelled it first may have died on the way.
      if (phase === 'compensating') await failPlan(planId, { reason: 'cancelled' });
      return { id: planId, phase, changed: false };
    }
    if (isPlanEnded(plan.state))
      throw wrongPlanPhase(plan, 'cancel', ['awaiting_approval', 'accepted', 'running', 'paused', 'halted']);
    const operator = operatorOf(request);
    // A plan that would halt is not to be repaired any more: what it did stays.
    const after = await failPlan(planId, { reason: `cancelled by ${operator.by}: ${operator.why}`, operator });
    return { id: planId, phase: after?.phase ?? phase, changed: true };
  };
