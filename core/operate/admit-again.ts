/** The policies' word on a plan that an operator is about to start: what was allowed when it came may not be any more. */
import { HiveError } from '../errors.ts';
import { type Candidate, createJudgePlan, type JudgePlanDeps } from '../plan/admit.ts';
import { PLAN_SETTINGS } from '../plan/limits.ts';
import type { PlanRecord } from '../plan/state.ts';
import type { Authorization } from '../policy/decision.ts';
import type { Ledger } from '../ports/ledger.ts';
import { loadPlanTickets } from '../ticket/load-tickets.ts';

export type AdmitAgainDeps = Omit<JudgePlanDeps, 'settings'> & { readonly ledger: Ledger };

/** @throws HiveError PLAN_DENIED (403): the plan stays as it is; POLICIES_UNAVAILABLE, ASSETS_UNAVAILABLE (503) */
export type AdmitAgain = (
  plan: PlanRecord,
  as: Pick<Candidate, 'deadline' | 'approval' | 'starts'>,
) => Promise<Authorization>;

export function createAdmitAgain(deps: AdmitAgainDeps): AdmitAgain {
  const judge = createJudgePlan({ ...deps, settings: PLAN_SETTINGS });
  return async ({ header, state }, as) => {
    const { plan_id, tickets } = state;
    const { tasks } = await loadPlanTickets(deps.ledger, plan_id, tickets);
    const { authorization, faults } = await judge({ header, specs: tasks.map(({ spec }) => spec), ...as });
    if (authorization !== undefined) return authorization;
    const because = faults.map(({ message }) => message).join('; ');
    throw new HiveError('PLAN_DENIED', `The policies do not let plan ${JSON.stringify(plan_id)} run: ${because}.`, {
      status: 403,
      detail: { plan_id, faults },
    });
  };
}
