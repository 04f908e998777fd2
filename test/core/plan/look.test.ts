/** What time and other people's hands do to a plan: its deadline passes, its execution is stopped or deleted. */
import { describe, expect, it } from 'vitest';
import type { MemoryPlanMachines } from '../../../adapters/memory/plan-machines.ts';
import { createReportTicket } from '../../../core/ticket/report.ts';
import { contentsOf } from '../../support/aggregates.ts';
import {
  createHive,
  elapse,
  enter,
  fenceOf,
  type HiveOptions,
  registration,
  reportOf,
  ticketId,
  work,
} from '../../support/hive.ts';
import { NOW, plan } from '../../support/plans.ts';

const MINUTE = 60_000;

async function begin(changes: Parameters<typeof plan>[0] = {}, options: HiveOptions<MemoryPlanMachines> = {}) {
  const hive = createHive(options);
  await hive.acceptPlan(plan(changes));
  await hive.registerAgent(registration('agent'));
  return hive;
}
const planOf = async (hive: Awaited<ReturnType<typeof begin>>) => (await hive.ledger.loadPlan('plan-1'))?.state;
const arnOf = async (hive: Awaited<ReturnType<typeof begin>>) => {
  const state = await planOf(hive);
  return state && 'execution_arn' in state ? (state.execution_arn ?? '') : '';
};

describe('a plan', () => {
  it('is looked at from before it is accepted, once a minute, until it has ended', async () => {
    const hive = await begin();
    // The other one is from before it was accepted: had that never come, it would fail the plan at its deadline.
    const atItsDeadline = { kind: 'plan', id: 'plan-1', at: (await planOf(hive))?.deadline };
    expect(hive.timers.pending).toEqual([{ kind: 'plan', id: 'plan-1', at: NOW + MINUTE }, atItsDeadline]);
    await elapse(hive, MINUTE - 1000);
    await hive.heartbeatAgent('agent');
    await elapse(hive, 1000);
    expect(hive.timers.pending).toEqual([{ kind: 'plan', id: 'plan-1', at: NOW + 2 * MINUTE }, atItsDeadline]);
    await hive.failPlan('plan-1', { reason: 'no' });
    await elapse(hive, MINUTE);
    expect(hive.timers.pending).toEqual([atItsDeadline]);
  });

  it('fails at its deadline, and its machine with it', async () => {
    const hive = await begin({ deadline: NOW + 90_000 });
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('agent'));
    for (let time = 0; time < 9; time++) {
      await elapse(hive, 9999);
      await hive.heartbeatTicket(ticketId('a'), fenceOf('agent')).catch(() => {});
    }
    expect((await planOf(hive))?.phase).toBe('running');
    await elapse(hive, 9);
    expect(await planOf(hive)).toMatchObject({
      phase: 'failed',
      reason: expect.stringContaining('PLAN_DEADLINE_PASSED'),
    });
    expect(hive.machines.answers.get('token of plan-1/a')).toMatchObject({ kind: 'failed', error: 'TICKET_CANCELLED' });
    expect((await hive.agents.load('agent'))?.held).toEqual({});
  });

  it('that waits for approval fails at its deadline', async () => {
    const hive = await begin({ requires_approval: true, deadline: NOW + MINUTE });
    await elapse(hive, MINUTE);
    expect(await planOf(hive)).toMatchObject({ phase: 'failed' });
    expect(contentsOf(hive.table).tickets.map(({ state }) => state.phase)).toEqual(['cancelled']);
  });

  it('fails when its execution was stopped, or deleted, by hand', async () => {
    const stopped = await begin();
    stopped.machines.stop(await arnOf(stopped));
    await elapse(stopped, MINUTE);
    expect(await planOf(stopped)).toMatchObject({ phase: 'failed', reason: expect.stringContaining('ABORTED') });

    const gone = await begin();
    const wrapped = await arnOf(gone);
    gone.machines.stop(wrapped, { status: 'missing' });
    await elapse(gone, MINUTE);
    // It may just not be seen yet.
    expect(await planOf(gone)).toMatchObject({ phase: 'running' });
    await elapse(gone, MINUTE);
    expect(await planOf(gone)).toMatchObject({ phase: 'failed', reason: expect.stringContaining('EXECUTION_MISSING') });
  });

  it('is completed when all its tickets are, whatever became of its execution', async () => {
    const hive = await begin();
    await enter(hive, 'a');
    await work(hive, 'agent', 'a');
    hive.machines.stop(await arnOf(hive));
    await elapse(hive, MINUTE);
    expect(await planOf(hive)).toMatchObject({ phase: 'completed' });
  });

  it('that was accepted and not started, its function having died, is started', async () => {
    let dead = true;
    const wrap: NonNullable<HiveOptions<MemoryPlanMachines>['wrap']> = (port, name) =>
      name !== 'machines'
        ? port
        : new Proxy(port, {
            get: (target, member, receiver) =>
              member === 'start' && dead
                ? () => Promise.reject(new Error('dead'))
                : Reflect.get(target, member, receiver),
          });
    const hive = createHive({ wrap });
    await hive.acceptPlan(plan()).catch(() => {});
    expect(await planOf(hive)).toMatchObject({ phase: 'accepted' });
    dead = false;
    await elapse(hive, MINUTE);
    expect(await planOf(hive)).toMatchObject({ phase: 'running' });
  });

  it('has its ended tickets settled, should everybody who was to do it have died', async () => {
    const hive = await begin();
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('agent'));
    const dying = createReportTicket({ ...hive.deps, settle: async () => {} });
    await dying(ticketId('a'), reportOf(ticketId('a'), fenceOf('agent')));
    expect(hive.machines.answers.size).toBe(0);
    await elapse(hive, MINUTE);
    expect(hive.machines.answers.get('token of plan-1/a')).toEqual({ kind: 'completed' });
  });
});

describe('timers that were set twice for a plan', () => {
  it('become one again: the other ones do what is due and set no more', async () => {
    const hive = await begin();
    for (const at of [NOW + 10_000, NOW + 20_000, NOW + MINUTE])
      await hive.timers.set({ kind: 'plan', id: 'plan-1', at });
    await elapse(hive, 5 * MINUTE);
    const soon = () => hive.timers.pending.filter(({ at }) => at <= hive.clock.now() + MINUTE);
    expect(soon().length).toBeLessThanOrEqual(2);
    await elapse(hive, 5 * MINUTE);
    expect(soon()).toHaveLength(1);
  });
});
