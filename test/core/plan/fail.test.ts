/** What becomes of a plan that does not go on: halted, continued past the failure, undone; by its own word or an operator's. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';
import { compensationIdOf } from '../../../core/ticket/ids.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  createHive,
  elapse,
  enter,
  failedForGood,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  ticketId,
  work,
  workOn,
} from '../../support/hive.ts';
import { plan, type TaskInput, task } from '../../support/plans.ts';

const undoable = (task_id: string, ...dependencies: string[]): TaskInput =>
  task(task_id, { dependencies, compensation: { parameters: { undo: task_id } } });

/** a ─▶ b ─▶ d, a ─▶ c ─▶ d; q has nothing to undo. */
const DIAMOND = [
  undoable('a'),
  undoable('b', 'a'),
  undoable('c', 'a'),
  task('q', { dependencies: ['a'] }),
  undoable('d', 'b', 'c', 'q'),
];

async function begin(changes: Partial<CognitivePlanInput> = {}): Promise<Hive> {
  const hive = createHive();
  await hive.acceptPlan(plan({ tasks: DIAMOND, ...changes }));
  await hive.registerAgent(registration('agent', ['build'], 9));
  return hive;
}
async function done(hive: Hive, ...names: string[]) {
  for (const name of names) {
    await enter(hive, name);
    await work(hive, 'agent', name);
  }
}
async function failFor(hive: Hive, name: string) {
  await enter(hive, name);
  await workOn(hive, 'agent', ticketId(name), failedForGood);
  // Where the plan goes on, the ticket's timer sees to what depends on it.
  await elapse(hive, 0);
}
const machineFailed = (hive: Hive) =>
  hive.completePlan({
    kind: 'plan_machine_failed',
    plan_id: 'plan-1',
    failure: { Error: 'TicketFailed', Cause: 'no' },
  });
const planOf = async (hive: Hive) => (await hive.ledger.loadPlan('plan-1'))?.state;
const undo = (name: string) => compensationIdOf('plan-1', name, sha256);
const undoing = (hive: Hive) =>
  contentsOf(hive.table)
    .tickets.filter(({ state }) => state.compensates !== undefined)
    .map(({ state }) => [state.task_id, state.phase])
    .sort();
const live = (hive: Hive) => hive.heartbeatAgent('agent', { running: [] });

describe('a plan that compensates', () => {
  it('undoes what was completed in the reverse of its order, tickets like any other, and says so everywhere', async () => {
    const hive = await begin();
    await done(hive, 'a', 'b', 'c', 'q');
    await failFor(hive, 'd');
    expect(await machineFailed(hive)).toMatchObject({ phase: 'compensating', failed_tasks: ['d'], compensations: 3 });
    expect(await phaseOf(hive, 'a')).toBe('compensating');
    expect(undoing(hive)).toEqual([
      ['undo:a', 'created'],
      ['undo:b', 'ready'],
      ['undo:c', 'ready'],
    ]);
    await elapse(hive, 0);
    await workOn(hive, 'agent', undo('c'));
    expect(await phaseOf(hive, 'c')).toBe('compensated');
    expect((await hive.ledger.loadTicket(undo('a')))?.state.phase).toBe('created');
    await workOn(hive, 'agent', undo('b'));
    await elapse(hive, 0);
    const claimed = await hive.claimTicket(undo('a'), fenceOf('agent'));
    expect(claimed.ticket).toMatchObject({
      task_type: 'COMPENSATE',
      parameters: { undo: 'a' },
      metadata: { compensates: ticketId('a'), undo: 'a', output: '{}' },
    });
    await workOn(hive, 'agent', undo('a'));
    expect(await planOf(hive)).toMatchObject({ phase: 'compensated', failed_tasks: ['d'], compensations: 3 });
    expect(await phaseOf(hive, 'q')).toBe('completed');
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('shows it on its machine, which waits for the end of it', async () => {
    const hive = await begin();
    await done(hive, 'a');
    await failFor(hive, 'b');
    await machineFailed(hive);
    const entered = { kind: 'compensation_entered' as const, plan_id: 'plan-1', task_token: 'undo token' };
    await hive.completePlan(entered);
    await hive.completePlan(entered);
    expect(hive.machines.answers.has('undo token')).toBe(false);
    await elapse(hive, 0);
    await workOn(hive, 'agent', undo('a'));
    expect(hive.machines.answers.get('undo token')).toEqual({ kind: 'completed' });
    // Entered after it is over, as after a crash: told at once.
    await hive.completePlan({ ...entered, task_token: 'late' });
    expect(hive.machines.answers.get('late')).toEqual({ kind: 'completed' });
  });

  it('cancels what is open, tells the agents, and says what is in doubt', async () => {
    const hive = await begin();
    await done(hive, 'a');
    await enter(hive, 'b');
    await hive.claimTicket(ticketId('b'), fenceOf('agent'));
    await enter(hive, 'c');
    await failFor(hive, 'q');
    const { inbox_url } = (await hive.agents.load('agent')) ?? {};
    while (hive.inboxes.take(inbox_url ?? '')?.kind === 'ticket_assigned');
    await machineFailed(hive);
    const compensating = contentsOf(hive.table).plans[0]?.records.find(
      ({ event }) => event.type === 'PlanCompensating',
    );
    expect(compensating?.event).toMatchObject({ in_doubt: ['b'], failed_tasks: ['q'], compensations: 1 });
    for (const name of ['b', 'c', 'd']) expect(await phaseOf(hive, name)).toBe('cancelled');
    const told = hive.inboxes.messages.get(inbox_url ?? '') ?? [];
    expect(told.some((message) => message.kind === 'ticket_withdrawn')).toBe(true);
    await expect(hive.heartbeatTicket(ticketId('b'), fenceOf('agent'))).rejects.toMatchObject({
      code: 'TICKET_FINISHED',
    });
  });

  it('tries a compensation again, and when it fails for good waits for a person and opens an incident', async () => {
    const hive = await begin();
    await done(hive, 'a');
    await failFor(hive, 'b');
    await machineFailed(hive);
    await elapse(hive, 0);
    await workOn(hive, 'agent', undo('a'), { status: 'FAILED', error_message: 'disk full' });
    expect((await hive.ledger.loadTicket(undo('a')))?.state.phase).toBe('backing_off');
    await live(hive);
    await elapse(hive, 10_000);
    await workOn(hive, 'agent', undo('a'), { status: 'FAILED', error_message: 'disk full' });
    const waits = (await hive.ledger.loadTicket(undo('a')))?.state;
    expect(waits).toMatchObject({ phase: 'awaiting_person', error_message: 'disk full' });
    const incident_id = waits?.phase === 'awaiting_person' ? waits.incident_id : '';
    expect((await hive.ledger.loadIncident(incident_id))?.state).toMatchObject({
      status: 'open',
      workflow_id: 'plan-1',
      affected_tickets: [undo('a'), ticketId('a')],
    });
    // However long: it does not end by itself.
    await elapse(hive, 24 * 3_600_000);
    expect(await planOf(hive)).toMatchObject({ phase: 'compensating' });

    const verb = { by: 'ops', why: 'disk is larger now' };
    await live(hive);
    expect(await hive.operations.retryTicket(undo('a'), verb)).toMatchObject({ changed: true });
    expect((await hive.ledger.loadIncident(incident_id))?.state).toMatchObject({ status: 'resolved', by: 'ops' });
    await elapse(hive, 0);
    await workOn(hive, 'agent', undo('a'));
    expect(await planOf(hive)).toMatchObject({ phase: 'compensated' });
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('is undone when an operator says that the compensation was done by hand', async () => {
    const hive = await begin();
    await done(hive, 'a');
    await failFor(hive, 'b');
    await machineFailed(hive);
    await elapse(hive, 0);
    await workOn(hive, 'agent', undo('a'), failedForGood);
    const skipped = { by: 'ops', why: 'removed by hand', output: {} };
    expect(await hive.operations.skipTicket(undo('a'), skipped)).toMatchObject({ phase: 'skipped', changed: true });
    expect(await planOf(hive)).toMatchObject({ phase: 'compensated' });
    expect(await phaseOf(hive, 'a')).toBe('compensated');
  });

  it('just fails when there is nothing to undo', async () => {
    const hive = await begin();
    await failFor(hive, 'a');
    expect(await machineFailed(hive)).toMatchObject({ phase: 'failed', failed_tasks: ['a'] });
  });
});

describe('a plan that halts', () => {
  const halted = async () => {
    const hive = await begin({ on_failure: 'halt' });
    await done(hive, 'a', 'c');
    await enter(hive, 'q');
    await hive.claimTicket(ticketId('q'), fenceOf('agent'));
    await failFor(hive, 'b');
    await machineFailed(hive);
    return hive;
  };

  it('stands still with an incident; what runs may finish', async () => {
    const hive = await halted();
    const state = await planOf(hive);
    expect(state).toMatchObject({ phase: 'halted', failed_tasks: ['b'] });
    const { incident_id } = state as { incident_id: string };
    expect((await hive.ledger.loadIncident(incident_id))?.state).toMatchObject({ status: 'open' });
    await workOn(hive, 'agent', ticketId('q'));
    expect(await phaseOf(hive, 'q')).toBe('completed');
    await machineFailed(hive);
    expect(await planOf(hive)).toEqual(state);
  });

  it('assigns nothing more, whatever time brings', async () => {
    const hive = await halted();
    await hive.enterTicket({ plan_id: 'plan-1', task_id: 'd', task_token: 'late' });
    for (let time = 0; time < 10; time++) {
      await live(hive);
      await elapse(hive, 10_000);
    }
    expect(contentsOf(hive.table).queue).toEqual([]);
    expect((await hive.agents.load('agent'))?.held).toEqual({});
  });

  it('goes on where it stood when it is redriven: what is done answers the new execution at once', async () => {
    const hive = await halted();
    await workOn(hive, 'agent', ticketId('q'));
    const verb = { by: 'ops', why: 'the service is back' };
    expect(await hive.operations.redrivePlan('plan-1', verb)).toEqual({
      id: 'plan-1',
      phase: 'running',
      changed: true,
    });
    expect(await hive.operations.redrivePlan('plan-1', verb)).toMatchObject({ changed: false });
    expect(await planOf(hive)).toMatchObject({ phase: 'running', run: 2 });
    for (const name of ['a', 'c', 'q']) {
      await hive.enterTicket({ plan_id: 'plan-1', task_id: name, task_token: `run 2 ${name}`, run: 2 });
      expect(hive.machines.answers.get(`run 2 ${name}`)).toEqual({ kind: 'completed' });
    }
    await live(hive);
    for (const name of ['b', 'd']) {
      await hive.enterTicket({ plan_id: 'plan-1', task_id: name, task_token: `run 2 ${name}`, run: 2 });
      await elapse(hive, 0);
      await workOn(hive, 'agent', ticketId(name));
      expect(hive.machines.answers.get(`run 2 ${name}`)).toEqual({ kind: 'completed' });
    }
    expect(await hive.completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' })).toMatchObject({
      phase: 'completed',
    });
    const starts = (name: string) =>
      contentsOf(hive.table)
        .tickets.find(({ id }) => id === ticketId(name))
        ?.records.filter(({ event }) => event.type === 'TicketStarted');
    expect(['a', 'c', 'q', 'b', 'd'].map((name) => starts(name)?.length)).toEqual([1, 1, 1, 2, 1]);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('stays undone when an operator gives it up: what it did stays', async () => {
    const hive = await halted();
    expect(await hive.operations.cancelPlan('plan-1', { by: 'ops', why: 'not worth it' })).toMatchObject({
      phase: 'cancelled',
    });
    expect(await phaseOf(hive, 'a')).toBe('completed');
    expect(await phaseOf(hive, 'q')).toBe('cancelled');
    const incidents = contentsOf(hive.table).incidents.map(({ state }) => [state.status, 'by' in state && state.by]);
    expect(incidents).toEqual([['resolved', 'ops']]);
  });
});

describe('a plan that continues', () => {
  it('finishes what does not depend on the failure, and fails in the end', async () => {
    const hive = await begin({ on_failure: 'continue' });
    await done(hive, 'a');
    await enter(hive, 'b');
    await failFor(hive, 'c');
    expect(await phaseOf(hive, 'd')).toBe('cancelled');
    expect(hive.machines.answers.get('token of plan-1/c')).toEqual({ kind: 'completed' });
    await work(hive, 'agent', 'b');
    await done(hive, 'q');
    await enter(hive, 'd');
    expect(hive.machines.answers.get('token of plan-1/d')).toEqual({ kind: 'completed' });
    await expect(hive.completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' })).rejects.toMatchObject({
      code: 'LEDGER_INCONSISTENT',
      detail: { phase: 'failed' },
    });
    expect(await planOf(hive)).toMatchObject({
      phase: 'failed',
      failed_tasks: ['c'],
      reason: expect.stringContaining('TasksFailed'),
    });
  });

  it('lets its machine go on at once where that waits in a ticket that will not run', async () => {
    const hive = createHive();
    const tasks = [task('a'), task('b'), undoable('c', 'a', 'b'), undoable('d', 'b')];
    await hive.acceptPlan(plan({ tasks, on_failure: 'continue' }));
    await hive.registerAgent(registration('agent', ['build'], 9));
    const gated = contentsOf(hive.table).tickets.flatMap(({ state }) => (state.unmet.length > 0 ? [state] : []));
    expect(gated).toHaveLength(1);
    const { task_id, unmet } = gated[0] ?? {};
    await enter(hive, task_id ?? '');
    expect(hive.machines.answers.size).toBe(0);
    await failFor(hive, ['a', 'b'].find((name) => unmet?.includes(ticketId(name))) ?? '');
    expect(await phaseOf(hive, task_id ?? '')).toBe('cancelled');
    expect(hive.machines.answers.get(`token of plan-1/${task_id}`)).toEqual({ kind: 'completed' });
  });
});

describe('a plan that is redriven while the end of its execution before is being told', () => {
  it('goes on: that end is of a run that is over', async () => {
    let between: (() => Promise<unknown>) | undefined;
    const hive = createHive({
      wrap: (port, name) =>
        name !== 'ledger'
          ? port
          : new Proxy(port, {
              get: (target, member, receiver) => {
                const call: unknown = Reflect.get(target, member, receiver);
                if (member !== 'loadPlanState' || typeof call !== 'function') return call;
                return async (planId: string) => {
                  const state: unknown = await call.call(target, planId);
                  const next = between;
                  between = undefined;
                  await next?.();
                  return state;
                };
              },
            }),
    });
    await hive.acceptPlan(plan({ tasks: [task('a')], on_failure: 'halt' }));
    await hive.registerAgent(registration('agent'));
    await failFor(hive, 'a');
    await machineFailed(hive);
    between = () => hive.operations.redrivePlan('plan-1', { by: 'ops', why: 'again' });
    await machineFailed(hive);
    expect(await planOf(hive)).toMatchObject({ phase: 'running', run: 2 });
  });
});
