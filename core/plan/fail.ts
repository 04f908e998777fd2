/**
 * A plan is not to go on: it failed, ran into its deadline, lost its execution, or an operator cancels it. What becomes of
 * it is said by its `on_failure`, or by the operator:
 *
 *   halt        ─▶ halted: nothing more begins, what runs may finish; repaired and redriven by an operator
 *   compensate  ─▶ open tickets cancelled ─▶ compensating ─▶ compensated
 *   continue, or nothing to undo ─▶ open tickets cancelled ─▶ failed | cancelled
 *
 * Each step is known again when it is repeated, so it may die anywhere and be called again, also several times at once.
 */
import { resolving } from '../incident/resolving.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import type { ByOperator } from '../ticket/events.ts';
import { loadPlanTickets } from '../ticket/load-tickets.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { isDone } from '../ticket/state.ts';
import type { WithdrawFromAgent } from '../ticket/withdraw.ts';
import { appendToPlan } from './append.ts';
import { createCancelOpenTickets } from './cancel-open-tickets.ts';
import { createCompensate } from './compensate.ts';
import type { PlanEvent } from './events.ts';
import { createHaltPlan } from './halt.ts';
import { isPlanEnded, isPlanLive, type PlanState } from './state.ts';

export interface FailPlanDeps {
  ledger: Ledger;
  timers: Timers;
  rounds: Rounds;
  becomeReady: BecomeReady;
  settle: SettleTicket;
  withdraw: WithdrawFromAgent;
  clock: Clock;
  sha256: Sha256;
}

export interface PlanEnd {
  readonly reason: string;
  /** the run that is not to go on: once the plan has been redriven, the end of an earlier one changes nothing */
  readonly run?: number;
}

/** Failed tasks named in the event; the ledger has them all. */
const TASKS_TOLD = 50;
const MAX_REASON = 2000;

/** @returns the plan's state then; undefined when the ledger does not know it */
export type FailPlan = (planId: string, end: PlanEnd) => Promise<PlanState | undefined>;

export function createFailPlan(deps: FailPlanDeps): FailPlan {
  const { ledger, timers, clock, sha256 } = deps;
  const cancelOpenTickets = createCancelOpenTickets(deps);
  const compensate = createCompensate(deps);
  const haltPlan = createHaltPlan(deps);

  /** Somebody else may have ended it meanwhile: then theirs counts. */
  const end = (planId: string, run: number, event: PlanEvent): Promise<void> =>
    retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(planId);
      if (plan === undefined || isPlanEnded(plan.state) || plan.state.phase === 'compensating') return;
      if (plan.state.run !== run) return;
      // Given up in between: whoever did that goes on with it.
      if (event.type === 'PlanCompleted' && plan.state.cancel !== undefined) return;
      const now = clock.now();
      // Nobody will redrive what is over.
      const halted = plan.state.phase === 'halted' ? plan.state.incident_id : undefined;
      const operator = plan.state.cancel ?? { by: 'orchestrator', why: `the plan has ended: ${event.type}` };
      await ledger.commit([
        appendToPlan(plan, event, now, sha256),
        ...(await resolving(ledger, halted, operator, now, sha256)),
      ]);
    });

  return async function failPlan(planId, told) {
    const before = await ledger.loadPlanState(planId);
    if (before === undefined || isPlanEnded(before)) return before;
    if (told.run !== undefined && told.run !== before.run) return before;
    // Whatever else has befallen it: who gave it up, and why, is what counts.
    const operator = before.cancel;
    const reason = (operator ? `cancelled by ${operator.by}: ${operator.why}` : told.reason).slice(0, MAX_REASON);
    const chosen = before.on_failure;
    if (before.phase === 'compensating') await compensate.start(planId);
    else if (before.phase === 'received') await end(planId, before.run, ending(reason, [], operator));
    // One that waits for approval has done nothing that could be repaired: it fails.
    else if (chosen === 'halt' && operator === undefined && (isPlanLive(before) || before.phase === 'halted'))
      await haltPlan(before, reason);
    else {
      await cancelOpenTickets(before, operator === undefined ? 'the plan has failed' : 'the plan was cancelled');
      const { tasks } = await loadPlanTickets(ledger, planId, before.tickets);
      const failed = tasks.filter(({ state }) => state.phase === 'failed').map(({ spec }) => spec.task_id);
      const failed_tasks = failed.slice(0, TASKS_TOLD);
      // Where every ticket is done, so is the plan, whatever became of its machine.
      if (operator === undefined && tasks.every(({ state }) => isDone(state))) {
        const { tickets, received_at, deadline } = before;
        const duration_ms = clock.now() - received_at;
        await end(planId, before.run, { type: 'PlanCompleted', tickets, duration_ms, deadline });
        return ledger.loadPlanState(planId);
      }
      const compensations = chosen === 'compensate' ? await compensate.mint(tasks) : 0;
      if (compensations === 0) await end(planId, before.run, ending(reason, failed_tasks, operator));
      else {
        const in_doubt = compensate.inDoubt(tasks).slice(0, TASKS_TOLD);
        const by = operator === undefined ? {} : { operator };
        // The looks are what heals it, should this die; a halted plan is not looked at any more.
        if (before.phase === 'halted') await timers.set({ kind: 'plan', id: planId, at: clock.now() });
        await end(planId, before.run, {
          type: 'PlanCompensating',
          reason,
          failed_tasks,
          compensations,
          in_doubt,
          ...by,
        });
        await compensate.start(planId);
      }
    }
    return ledger.loadPlanState(planId);
  };
}

const ending = (reason: string, failed_tasks: readonly string[], operator: ByOperator | undefined): PlanEvent =>
  operator === undefined
    ? { type: 'PlanFailed', reason, failed_tasks }
    : { type: 'PlanCancelled', by: operator.by, why: operator.why };
