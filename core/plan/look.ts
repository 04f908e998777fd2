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
import type { PlanPrediction } from './prediction.ts';
import { createStartPlan } from './start.ts';
import { isPlanEnded, type PlanState, type Started } from './state.ts';
import { createWatchSla, type PredictPlan, SLA_SETTINGS } from './watch-sla.ts';

export interface LookAtPlanDeps extends CompletePlanDeps {
  machines: PlanMachines;
  clock: Clock;
  /** default: nobody predicts how a plan will end */
  predictPlan?: PredictPlan;
}

/** Tickets are read this seldom, ms: what they need is done by others, this is for the crashes of those. */
const HEAL_EVERY_MS = 10 * PLAN_LOOK_MS;
/** Tickets of a plan that is predicted at every look: a larger one is so many times more seldom. */
const PREDICTED_EACH_LOOK = 500;
/** What a timer may be late by without anything having gone wrong, ms. */
const LATE_MS = PLAN_LOOK_MS / 2;
/** An execution that cannot be found is taken to be gone only this long after its start, ms: listings lag. */
const MISSING_AFTER_MS = 2 * PLAN_LOOK_MS;

/** May be called at any time, any number of times. */
export function createLookAtPlan(deps: LookAtPlanDeps) {
  const { ledger, machines, timers, clock, predictPlan } = deps;
  const startPlan = createStartPlan(deps);
  const failPlan = createFailPlan(deps);
  const completePlan = createCompletePlan(deps);
  const healPlan = createHealPlan(deps);
  const cancelOpenTickets = createCancelOpenTickets(deps);
  const watchSla = createWatchSla(deps);

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
      await watchSla.violate(plan_id);
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

  /** What is recorded of it is. Whoever cannot predict keeps nobody from looking. */
  async function predict(state: PlanState, now: number): Promise<PlanPrediction | undefined> {
    if (predictPlan === undefined || state.phase !== 'running' || !predicting(state, now)) return undefined;
    try {
      const outlook = await predictPlan(state, now);
      if (outlook !== undefined) await watchSla.note(state, outlook);
      return outlook?.prediction;
    } catch {
      return undefined;
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
    const usual = waiting && after.deadline > now ? after.deadline : nextLook(now, after.deadline);
    // A look that comes late has perhaps been tried before: whatever predicting runs out of, the plan is looked at again.
    const prediction = now - firedAt > LATE_MS ? undefined : await predict(after, now);
    const at = prediction === undefined ? usual : Math.min(usual, soonFor(after, prediction, now));
    // Timers may have been set twice: where another one comes after this one, and no later than the next, it goes on.
    if (noted !== undefined && noted > firedAt && noted <= at) return;
    await timers.set({ kind: 'plan', id: planId, at });
    await ledger.noteNextLook(planId, at, prediction);
  };
}

/** It waits for a person, however long; redriving or cancelling it sets the timer again. */
const stands = (state: PlanState): boolean => state.phase === 'halted' && state.cancel === undefined;

/** Of a large plan not at every look: each of its tickets is read. */
function predicting({ tickets, started_at }: PlanState & Started, now: number): boolean {
  const every = PLAN_LOOK_MS * Math.ceil(tickets / PREDICTED_EACH_LOOK);
  const turn = (time: number) => Math.floor((time - started_at) / every);
  return tickets <= PREDICTED_EACH_LOOK || turn(now) !== turn(now - 2 * PLAN_LOOK_MS);
}

/** Epoch ms of the next look at a plan that may not be in time. */
function soonFor({ tickets, sla }: PlanState, { probability }: PlanPrediction, now: number): number {
  const { watch_below, soon_ms } = SLA_SETTINGS;
  const watched = probability < watch_below && sla !== 'violated';
  return watched ? now + soon_ms * Math.ceil(tickets / PREDICTED_EACH_LOOK) : Number.POSITIVE_INFINITY;
}

/** Soon after `since`, at the first look after that, and then at one or two in ten: without anything to remember, and without missing one for a delay. */
function healing(since: number, now: number): boolean {
  const turn = (time: number) => Math.floor((time - since - PLAN_LOOK_MS) / HEAL_EVERY_MS);
  return now - since < PLAN_LOOK_MS || turn(now) !== turn(now - 2 * PLAN_LOOK_MS);
}
