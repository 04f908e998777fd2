/** An accepted plan's execution is started: its first one, or, once redriven, another of the same shape. */
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PlanMachines } from '../ports/plan-machines.ts';
import { loadPlanTickets } from '../ticket/load-tickets.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { appendToPlan } from './append.ts';
import { type Compiled, type CompilerTask, compilePlan } from './compile/index.ts';
import { createReopenTickets } from './reopen.ts';
import type { PlanRecord } from './state.ts';

export interface StartPlanDeps {
  ledger: Ledger;
  machines: PlanMachines;
  clock: Clock;
  sha256: Sha256;
}

/** The plan's tasks again, from what was minted of them. */
export function tasksOf(specs: readonly TicketSpec[]): CompilerTask[] {
  const taskOf = new Map(specs.map(({ ticket_id, task_id }) => [ticket_id, task_id]));
  return specs.map(({ task_id, dependencies, required_capabilities }) => ({
    task_id,
    dependencies: dependencies.flatMap((id) => taskOf.get(id) ?? []),
    required_capabilities,
  }));
}

export type StartPlan = (plan: PlanRecord, compile?: () => Compiled) => Promise<void>;

/**
 * Does nothing for a plan that is not accepted. Starting again answers with the same execution.
 * @param compile the plan, where the caller has it compiled; else it is compiled from its tickets
 * @throws HiveError COMMIT_CONFLICT when the plan has moved on
 */
export function createStartPlan({ ledger, machines, clock, sha256 }: StartPlanDeps): StartPlan {
  const reopenTickets = createReopenTickets({ ledger, clock, sha256 });

  async function recompile({ state }: PlanRecord): Promise<Compiled> {
    const { tasks } = await loadPlanTickets(ledger, state.plan_id, state.tickets);
    return compilePlan(tasksOf(tasks.map(({ spec }) => spec)), { sha256 });
  }

  return async function startPlan(plan, compile) {
    const { state } = plan;
    if (state.phase !== 'accepted' || state.cancel !== undefined) return;
    const { plan_id, run } = state;
    const { shape, ir } = compile?.() ?? (await recompile(plan));
    if (shape !== state.shape) return failOverChange(plan);
    await reopenTickets(state);
    const timeout_s = Math.max(1, Math.ceil((state.deadline - clock.now()) / 1000));
    const started = await machines.start({ plan_id, shape, ir, timeout_s, run });
    await ledger.commit([appendToPlan(plan, { type: 'PlanStarted', ...started }, clock.now(), sha256)]);
  };

  /** The tickets carry the gates that they were minted with: a machine of another shape would not keep the order. */
  async function failOverChange(plan: PlanRecord): Promise<void> {
    const reason = 'CompilerChanged: another version took over before the plan was started: send it under a new id';
    await ledger.commit([appendToPlan(plan, { type: 'PlanFailed', reason, failed_tasks: [] }, clock.now(), sha256)]);
  }
}
