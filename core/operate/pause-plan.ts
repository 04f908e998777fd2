/** A plan is paused: nothing more of it is assigned, what runs may finish; and resumed. */
import type { HealPlan } from '../plan/heal.ts';
import type { Operations } from './operations.ts';
import { appendOnce, operatorOf, type VerbDeps } from './verb.ts';

/** Tickets that wait are deferred one by one, each when a round comes upon it. */
export const createPausePlan =
  (deps: VerbDeps): Operations['pausePlan'] =>
  (planId, request) =>
    appendOnce(deps, planId, {
      verb: 'pause',
      from: ['running'],
      there: ['paused'],
      event: { type: 'PlanPaused', ...operatorOf(request) },
    });

/** Resuming a plan that runs makes sure that nothing of it is left deferred: a crash may have been in the way. */
export const createResumePlan =
  (deps: VerbDeps & { healPlan: HealPlan }): Operations['resumePlan'] =>
  async (planId, request) => {
    const answer = await appendOnce(deps, planId, {
      verb: 'resume',
      from: ['paused'],
      there: ['running'],
      event: { type: 'PlanResumed', ...operatorOf(request) },
    });
    await deps.healPlan(planId);
    return answer;
  };
