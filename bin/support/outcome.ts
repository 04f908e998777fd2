/** How a plan ended, as a record and as an exit status. */
import type { PlanPhaseName, PlanState } from '../../core/plan/state.ts';
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';
import { EXIT } from './exit-codes.ts';
import type { PlanView } from './plan-view.ts';
import type { Timing } from './timing.ts';

/** A plan that still runs is no failure; one that is being undone will be. */
const EXIT_OF_PHASE: Readonly<Record<PlanPhaseName, number>> = {
  received: EXIT.ok,
  awaiting_approval: EXIT.person,
  accepted: EXIT.ok,
  running: EXIT.ok,
  paused: EXIT.ok,
  halted: EXIT.person,
  compensating: EXIT.failed,
  completed: EXIT.ok,
  failed: EXIT.failed,
  compensated: EXIT.failed,
  cancelled: EXIT.failed,
  rejected: EXIT.failed,
};

export const exitCodeOfPlan = ({ phase }: PlanState): number => EXIT_OF_PHASE[phase];

export function summaryOf({ plan, tickets }: PlanView, { tickets: timings, ...timing }: Timing) {
  return {
    plan_id: plan.plan_id,
    outcome: plan.phase,
    ...('failed_tasks' in plan ? { reason: plan.reason, failed_tasks: plan.failed_tasks } : {}),
    ...('incident_id' in plan ? { incident_id: plan.incident_id } : {}),
    ...('compensations' in plan ? { compensations: plan.compensations } : {}),
    ...('by' in plan ? { by: plan.by, why: plan.why } : {}),
    ...(plan.phase === 'awaiting_approval' ? { reasons: plan.reasons } : {}),
    ...('execution_arn' in plan ? { execution_arn: plan.execution_arn } : {}),
    ...timing,
    tickets: tickets.map(({ task_id, ticket_id, state }, at) => ({
      ...timings[at],
      task_id,
      ticket_id,
      status: STATUS_OF_PHASE[state.phase],
      phase: state.phase,
      ...('agent_id' in state ? { agent_id: state.agent_id, attempt: state.attempt } : {}),
      ...('error_code' in state ? { error_code: state.error_code, error_message: state.error_message } : {}),
    })),
  };
}
