/** What must be true of every plan that ran, read from the ledger alone. */
import { expect } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { findBreak, type Recorded } from '../../core/ledger/chain.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import { reducePlan } from '../../core/plan/reducer.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { reduceTicket } from '../../core/ticket/reducer.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import { historyOf, ledger, ticketsOf } from './stack.ts';

/** Chains are whole, and every stored state is what its events reduce to. */
export async function expectSoundLedger(planId: string): Promise<void> {
  const planHistory = (await historyOf(`PLAN#${planId}`)) as Recorded<PlanEvent>[];
  expect(findBreak(planHistory, sha256)).toBeUndefined();
  const plan = planHistory.reduce<PlanState | undefined>((state, link) => reducePlan(state, link), undefined);
  expect((await ledger.loadPlan(planId))?.state).toEqual(plan);
  const states = [...(await ticketsOf(planId)).values()];
  expect(states.filter(({ compensates }) => compensates === undefined)).toHaveLength(plan?.tickets ?? -1);
  for (const state of states) {
    const history = (await historyOf(`TICKET#${state.ticket_id}`)) as Recorded<TicketEvent>[];
    expect(findBreak(history, sha256)).toBeUndefined();
    expect(history.reduce<TicketState | undefined>((at, link) => reduceTicket(at, link), undefined)).toEqual(state);
  }
}

/** No ticket became ready before everything it depends on was complete; each ran once. */
export async function expectOrderOfDag(
  planId: string,
  dependencies: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const states = await ticketsOf(planId);
  const timeOf = new Map<string, { ready: number; completed: number }>();
  for (const [task, { ticket_id }] of states) {
    const history = await historyOf(`TICKET#${ticket_id}`);
    const at = (type: string) => history.filter(({ event }) => event.type === type).map((link) => link.at);
    expect(at('TicketReady'), task).toHaveLength(1);
    expect(at('TicketStarted'), task).toHaveLength(1);
    expect(at('TicketCompleted'), task).toHaveLength(1);
    timeOf.set(task, { ready: at('TicketReady')[0] ?? 0, completed: at('TicketCompleted')[0] ?? 0 });
  }
  for (const [task, before] of Object.entries(dependencies))
    for (const dependency of before)
      expect(timeOf.get(task)?.ready, `${dependency} → ${task}`).toBeGreaterThanOrEqual(
        timeOf.get(dependency)?.completed ?? Number.POSITIVE_INFINITY,
      );
}
