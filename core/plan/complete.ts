/** The way out (C5): the plan's machine has ended, one way or the other; the ledger says what that means. */
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { TaskAnswers } from '../ports/plan-machines.ts';
import { requireAll } from '../ticket/load-tickets.ts';
import { isDone, isTerminal } from '../ticket/state.ts';
import { appendToPlan } from './append.ts';
import { createFailPlan, type FailPlanDeps } from './fail.ts';
import { isPlanEnded, isPlanLive, type PlanState } from './state.ts';

export interface CompletePlanDeps extends FailPlanDeps {
  machines: TaskAnswers;
  /**
   * Whether an execution bears the name that a plan's is started under. Asked only while the ledger does not know the
   * plan's execution yet, between its start and the note of it. Default: names tell nothing, any may be the plan's own.
   */
  isExecutionOf?: (executionArn: string, planId: string, run: number) => boolean;
}

/** `execution_arn`: whose end it is; machines of before do not say. */
export type MachineEnd =
  | { kind: 'plan_machine_completed'; plan_id: string; execution_arn?: string | undefined }
  | {
      kind: 'plan_machine_failed';
      plan_id: string;
      execution_arn?: string | undefined;
      failure: { Error: string; Cause: string };
    }
  /** the machine has reached the state that shows the compensation, and waits */
  | { kind: 'compensation_entered'; plan_id: string; execution_arn?: string | undefined; task_token: string };

/**
 * @returns the plan's state then; undefined for the failed machine of a plan that the ledger does not know
 * @throws HiveError PLAN_UNKNOWN (404) · EXECUTION_FOREIGN (409): another execution than the plan's own ended, the plan goes on · LEDGER_INCONSISTENT (409): the machine says completed, tickets say otherwise; the plan is failed then
 */
export type CompletePlan = (message: MachineEnd) => Promise<PlanState | undefined>;

export function createCompletePlan(deps: CompletePlanDeps): CompletePlan {
  const { ledger, machines, clock, sha256, isExecutionOf = () => true } = deps;
  const failPlan = createFailPlan(deps);

  /** An execution that somebody started by hand with the plan's id has no say in whether the plan fails. */
  function refuseForeign(state: PlanState, { execution_arn: told }: MachineEnd): void {
    if (told === undefined) return;
    const own = 'execution_arn' in state ? state.execution_arn : undefined;
    if (own === undefined ? isExecutionOf(told, state.plan_id, state.run) : own === told) return;
    throw new HiveError(
      'EXECUTION_FOREIGN',
      `The execution "${told}" is not that of plan "${state.plan_id}", whatever its input says: the plan goes on.`,
      { status: 409, detail: { plan_id: state.plan_id, execution_arn: told } },
    );
  }

  /** Where every ticket is done, so is the plan, whoever says so. */
  async function end(state: PlanState, message: MachineEnd): Promise<void> {
    const { plan_id, tickets } = state;
    const states = await ledger.loadTicketStates(await ledger.ticketIdsOfPlan(plan_id));
    const tasks = states.filter(({ compensates }) => compensates === undefined);
    requireAll(tasks.length, tickets);
    const done = tasks.every(isDone) && tasks.length === tickets;
    if (done && (await complete(plan_id, tickets))) return;
    refuseForeign(state, message);
    const failed = tasks.filter(({ phase }) => phase === 'failed').length;
    const reason =
      done || (tasks.every(isTerminal) && state.on_failure === 'continue')
        ? `TasksFailed: ${failed} of ${tickets} tasks failed, what did not depend on them is done`
        : `LedgerInconsistent: the machine ended, ${tasks.filter((task) => !isDone(task)).length} tickets are not complete`;
    await failPlan(plan_id, { reason, run: state.run });
  }

  /** Resolves to false for a plan that an operator has given up before: what it did is to be undone, and may be minted. */
  const complete = (planId: string, tickets: number): Promise<boolean> =>
    retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      if (plan?.state.cancel !== undefined) return false;
      if (plan === undefined || !isPlanLive(plan.state)) return true;
      const now = clock.now();
      const { received_at, deadline } = plan.state;
      const event = { type: 'PlanCompleted' as const, tickets, duration_ms: now - received_at, deadline };
      await ledger.commit([appendToPlan(plan, event, now, sha256)]);
      return true;
    });

  /** A plan that is undone already is told so at once. */
  async function enterCompensation(planId: string, task_token: string): Promise<void> {
    const waits = await retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      if (plan?.state.phase !== 'compensating') return false;
      if (!plan.task_tokens.includes(task_token))
        await ledger.commit([appendToPlan(plan, { type: 'CompensationEntered', task_token }, clock.now(), sha256)]);
      return true;
    });
    // The last compensation may have ended between the two: whoever commits later sees the other.
    const state = await ledger.loadPlanState(planId);
    if (!waits || state?.phase !== 'compensating') await machines.completeTask(task_token);
  }

  return async function completePlan(message) {
    const { plan_id, kind } = message;
    const state = await ledger.loadPlanState(plan_id);
    if (state === undefined && kind === 'plan_machine_failed') return undefined;
    if (state === undefined)
      throw new HiveError('PLAN_UNKNOWN', `No plan "${plan_id}" is in the ledger: its machine was started by hand.`, {
        status: 404,
      });
    if (kind === 'compensation_entered') await enterCompensation(plan_id, message.task_token);
    else if (!isPlanEnded(state) && kind === 'plan_machine_failed') {
      refuseForeign(state, message);
      const { Error: error, Cause: cause } = message.failure;
      await failPlan(plan_id, { reason: `${error}: ${cause}`, run: state.run });
    } else if (!isPlanEnded(state) && kind === 'plan_machine_completed') await end(state, message);
    const after = (await ledger.loadPlanState(plan_id)) ?? state;
    if (kind === 'plan_machine_completed' && after.phase !== 'completed')
      throw new HiveError('LEDGER_INCONSISTENT', `The machine of plan "${plan_id}" ended well, the plan did not.`, {
        status: 409,
        detail: { plan_id, phase: after.phase },
      });
    return after;
  };
}
