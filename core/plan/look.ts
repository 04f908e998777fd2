/**
 * A plan's timer has fired: is it past its deadline, does its execution still run, has a crash left something undone?
 * Whatever was stopped, failed or deleted from outside is noticed here, whoever else may have told it.
 */

import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanMachines } from '../ports/plan-machines.ts';
import { createCancelOpenTickets } from './cancel-open-tickets.ts';
import { type CompletePlanDeps, createCompletePlan } from './complete.ts';
import { createFailPlan } from './fail.ts';
import { createHealPlan } from './heal.ts';
import { nextLook, PLAN_LOOK_MS } from './next-look.ts';
import { createStartPlan } from './start.ts';
import { isPlanEnded, type PlanState, type Started } from './state.ts';

export interface LookAtPlanDeps extends CompletePlanDeps {
  machines: PlanMachines;
  clock: Clock;
}

/** Tickets are read this seldom, ms: what they need is done by others, this is for the crashes of those. */
const HEAL_EVERY_MS = 10 * PLAN_LOOK_MS;
/** An execution that cannot be found is taken to be gone only this long after its start, ms: listings lag. */
const MISSING_AFTER_MS = 2 * PLAN_LOOK_MS;

/** May be called at any time, any number of times. */
export function createLookAtPlan(deps: LookAtPlanDeps) {
  const { ledger, machines, timers, clock } = deps;
  const startPlan = createStartPlan(deps);
  const failPlan = createFailPlan(deps);
  const completePlan = createCompletePlan(deps);
  const healPlan = createHealPlan(deps);
  const cancelOpenTickets = createCancelOpenTickets(deps);

  async function lookAtExecution({ plan_id, execution_arn, started_at }: PlanState & Started): Promise<void> {
    const seen = await machines.lookAt(execution_arn);
    if (seen.status === 'running') return;
    if (seen.status === 'succeeded') {
      await completePlan({ kind: 'plan_machine_completed', plan_id, execution_arn }).catch((error) => {
        // The plan has failed then, and that is recorded.
        if ((error as { code?: string }).code !== 'LEDGER_INCONSISTENT') throw error;
      });
      return;
    }
    // Just started, it may not be seen yet.
    if (seen.status === 'missing' && clock.now() - started_at < MISSING_AFTER_MS) return;
    const failure =
      seen.status === 'failed'
        ? { Error: seen.error, Cause: seen.cause }
        : { Error: 'EXECUTION_MISSING', Cause: 'the plan’s execution, or its machine, was deleted' };
    await completePlan({ kind: 'plan_machine_failed', plan_id, execution_arn, failure });
  }

  async function act(state: PlanState, now: number): Promise<void> {
    const { plan_id, phase, deadline } = state;
    if (phase === 'compensating') return healing(state.failed_at, now) ? healPlan(plan_id) : undefined;
    if (state.cancel !== undefined) {
      await failPlan(plan_id, { reason: 'cancelled' });
      return;
    }
    if (now >= deadline) {
      await failPlan(plan_id, { reason: 'PLAN_DEADLINE_PASSED: the plan did not end by its deadline', run: state.run });
      return;
    }
    if (state.phase === 'accepted') {
      await retryOnConflict(clock, async () => {
        const plan = await ledger.loadPlan(plan_id);
        if (plan !== undefined) await startPlan(plan);
      });
      if (state.redriven !== undefined) await healPlan(plan_id);
    } else if (state.phase === 'running' || state.phase === 'paused') {
      await lookAtExecution(state);
      if (healing(state.started_at, now)) await healPlan(plan_id);
    }
  }

  /** @param firedAt epoch ms that the timer was set for, which may be long past */
  return async function lookAtPlan(planId: string, firedAt: number = clock.now()): Promise<void> {
    const state = await ledger.loadPlanState(planId);
    if (state?.phase === 'rejected') return cancelOpenTickets(state, 'the plan was not approved');
    if (state === undefined || isPlanEnded(state) || stands(state)) return;
    const noted = await ledger.nextLookOf(planId);
    const now = clock.now();
    await act(state, now);
    const after = await ledger.loadPlanState(planId);
    if (after === undefined || isPlanEnded(after) || stands(after)) return;
    const waiting = after.phase === 'received' || after.phase === 'awaiting_approval';
    const at = waiting && after.deadline > now ? after.deadline : nextLook(now, after.deadline);
    // Timers may have been set twice: where another one comes after this one, and no later than the next, it goes on.
    if (noted !== undefined && noted > firedAt && noted <= at) return;
    await timers.set({ kind: 'plan', id: planId, at });
    await ledger.noteNextLook(planId, at);
  };
}

/** It waits for a person, however long; redriving or cancelling it sets the timer again. */
const stands = (state: PlanState): boolean => state.phase === 'halted' && state.cancel === undefined;

/** Soon after `since`, at the first look after that, and then at one or two in ten: without anything to remember, and without missing one for a delay. */
function healing(since: number, now: number): boolean {
  const turn = (time: number) => Math.floor((time - since - PLAN_LOOK_MS) / HEAL_EVERY_MS);
  return now - since < PLAN_LOOK_MS || turn(now) !== turn(now - 2 * PLAN_LOOK_MS);
}
