/** How a plan ended, as a record and as an exit status. */
import type { PlanState } from '../../core/plan/state.ts';
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';
import { EXIT } from './exit-codes.ts';
import type { PlanView } from './plan-view.ts';
import type { Timing } from './timing.ts';

/** A plan that still runs is no failure. */
export function exitCodeOfPlan({ phase }: PlanState): number {
  if (phase === 'failed') return EXIT.failed;
  return phase === 'awaiting_approval' ? EXIT.approval : EXIT.ok;
}

export function summaryOf({ plan, tickets }: PlanView, { tickets: timings, ...timing }: Timing) {
  return {
    plan_id: plan.plan_id,
    outcome: plan.phase,
    ...(plan.phase === 'failed' ? { reason: plan.reason, failed_tasks: plan.failed_tasks } : {}),
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
      ...(state.phase === 'failed' ? { error_code: state.error_code, error_message: state.error_message } : {}),
    })),
  };
}
