/** The way out (C5): the plan's machine has ended, one way or the other; the ledger says what that means. */
import { forEachAtOnce } from '../at-once.ts';
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { createCancelTicket } from '../ticket/cancel.ts';
import { appendToPlan } from './append.ts';
import { isPlanEnded, type PlanState } from './state.ts';

export interface CompletePlanDeps {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
  freeCapacity: FreeCapacity;
  /**
   * Whether an execution bears the name that a plan's is started under. Asked only while the ledger does not know the
   * plan's execution yet, between its start and the note of it. Default: names tell nothing, any may be the plan's own.
   */
  isExecutionOf?: (executionArn: string, planId: string) => boolean;
}

/** `execution_arn`: whose end it is; machines of before do not say. */
export type MachineEnd =
  | { kind: 'plan_machine_completed'; plan_id: string; execution_arn?: string | undefined }
  | {
      kind: 'plan_machine_failed';
      plan_id: string;
      execution_arn?: string | undefined;
      failure: { Error: string; Cause: string };
    };

/** Failed tasks named in the event; the ledger has them all. */
const TASKS_TOLD = 50;
const CANCELLED_AT_ONCE = 8;

/**
 * @returns the plan's state at its end; undefined for the failed machine of a plan that the ledger does not know
 * @throws HiveError PLAN_UNKNOWN (404) · EXECUTION_FOREIGN (409): another execution than the plan's own ended, the plan goes on · LEDGER_INCONSISTENT (409): the machine says completed, tickets say otherwise; the plan is failed then
 */
export function createCompletePlan(deps: CompletePlanDeps) {
  const { ledger, clock, sha256, freeCapacity, isExecutionOf = () => true } = deps;
  const cancelTicket = createCancelTicket({ ledger, clock, sha256 });

  async function statesOf(planId: string, expected: number) {
    const ids = await ledger.ticketIdsOfPlan(planId);
    if (ids.length < expected)
      throw new HiveError('TRY_AGAIN', `The index shows ${ids.length} of ${expected} tickets yet: call again.`, {
        status: 503,
      });
    return ledger.loadTicketStates(ids);
  }

  async function fail(planId: string, expected: number, reason: string): Promise<void> {
    const states = await statesOf(planId, expected);
    // Those cancelled before are among them: whoever cancelled them may have died before it offered their slots.
    const open = states.filter((state) => state.phase !== 'completed' && state.phase !== 'failed');
    await forEachAtOnce(open, CANCELLED_AT_ONCE, async ({ ticket_id }) => {
      const freed = await cancelTicket(ticket_id, 'the plan has failed');
      if (freed !== undefined) await freeCapacity(freed, `cancelled:${ticket_id}`);
    });
    const failed = states.filter((state) => state.phase === 'failed').map((state) => state.task_id);
    await end(planId, { type: 'PlanFailed', reason: reason.slice(0, 2000), failed_tasks: failed.slice(0, TASKS_TOLD) });
  }

  async function end(
    planId: string,
    event: { type: 'PlanFailed'; reason: string; failed_tasks: string[] } | { type: 'PlanCompleted'; tickets: number },
  ): Promise<void> {
    await retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      if (plan === undefined || isPlanEnded(plan.state)) return;
      const now = clock.now();
      const ended = event.type === 'PlanCompleted' ? { ...event, duration_ms: now - plan.state.received_at } : event;
      await ledger.commit([appendToPlan(plan, ended, now, sha256)]);
    });
  }

  /** An execution that somebody started by hand with the plan's id has no say in whether the plan fails. */
  function refuseForeign(state: PlanState, { execution_arn: told }: MachineEnd): void {
    if (told === undefined) return;
    const own = 'execution_arn' in state ? state.execution_arn : undefined;
    if (own === undefined ? isExecutionOf(told, state.plan_id) : own === told) return;
    throw new HiveError(
      'EXECUTION_FOREIGN',
      `The execution "${told}" is not that of plan "${state.plan_id}", whatever its input says: the plan goes on.`,
      { status: 409, detail: { plan_id: state.plan_id, execution_arn: told } },
    );
  }

  return async function completePlan(message: MachineEnd): Promise<PlanState | undefined> {
    const { plan_id } = message;
    const plan = await ledger.loadPlan(plan_id);
    if (plan === undefined && message.kind === 'plan_machine_failed') return undefined;
    if (plan === undefined)
      throw new HiveError('PLAN_UNKNOWN', `No plan "${plan_id}" is in the ledger: its machine was started by hand.`, {
        status: 404,
      });
    if (!isPlanEnded(plan.state)) {
      const { tickets } = plan.state;
      if (message.kind === 'plan_machine_failed') {
        refuseForeign(plan.state, message);
        await fail(plan_id, tickets, `${message.failure.Error}: ${message.failure.Cause}`);
      } else {
        const states = await statesOf(plan_id, tickets);
        const open = states.filter((state) => state.phase !== 'completed');
        // Where every ticket is complete, so is the plan, whoever says so.
        if (open.length > 0 || states.length !== tickets) {
          refuseForeign(plan.state, message);
          const reason = `LedgerInconsistent: the machine ended, ${open.length} tickets are not complete`;
          await fail(plan_id, tickets, reason);
        } else await end(plan_id, { type: 'PlanCompleted', tickets });
      }
    }
    const { state } = (await ledger.loadPlan(plan_id)) ?? plan;
    if (state.phase === 'failed' && message.kind === 'plan_machine_completed')
      throw new HiveError('LEDGER_INCONSISTENT', `The machine of plan "${plan_id}" ended well, the plan did not.`, {
        status: 409,
      });
    return state;
  };
}
