import { describe, expect, it } from 'vitest';
import { createCompletePlan } from '../../../core/plan/complete.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  createHive,
  enter,
  failedForGood,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  reportOf,
  ticketId,
  type Wrap,
  work,
} from '../../support/hive.ts';
import { dependent, plan, task } from '../../support/plans.ts';

const ended = { kind: 'plan_machine_completed', plan_id: 'plan-1' } as const;
const failed = {
  kind: 'plan_machine_failed',
  plan_id: 'plan-1',
  failure: { Error: 'States.Timeout', Cause: 'late' },
} as const;

async function running(options: Parameters<typeof createHive>[0] = {}): Promise<Hive> {
  const hive = createHive(options) as Hive;
  await hive.acceptPlan(plan({ tasks: [task('a'), dependent('b', 'a')] }));
  await hive.registerAgent(registration('agent'));
  await enter(hive, 'a');
  return hive;
}

describe('complete-plan', () => {
  it('completes a plan whose tickets are all complete, once', async () => {
    const hive = await running();
    await work(hive, 'agent', 'a');
    await enter(hive, 'b');
    await work(hive, 'agent', 'b');
    hive.clock.advance(500);
    expect(await hive.completePlan(ended)).toMatchObject({ phase: 'completed' });
    expect(await hive.completePlan(ended)).toMatchObject({ phase: 'completed' });
    expect(await hive.completePlan(failed)).toMatchObject({ phase: 'completed' });
    const events = contentsOf(hive.table).plans[0]?.records.map(({ event }) => event);
    const deadline = contentsOf(hive.table).plans[0]?.state.deadline;
    expect(events?.at(-1)).toEqual({ type: 'PlanCompleted', tickets: 2, duration_ms: 500, deadline });
    expect(events).toHaveLength(4);
  });

  it('fails a plan whose machine failed: open tickets are cancelled, slots freed, the failed ones named', async () => {
    const hive = await running();
    const id = ticketId('a');
    await hive.claimTicket(id, fenceOf('agent'));
    await hive.reportTicket(id, reportOf(id, fenceOf('agent'), failedForGood));
    expect(await hive.completePlan(failed)).toMatchObject({
      phase: 'failed',
      reason: 'States.Timeout: late',
      failed_tasks: ['a'],
    });
    expect(await phaseOf(hive, 'b')).toBe('cancelled');
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('tells the agent of a cancelled ticket at its next call', async () => {
    const hive = await running();
    await hive.claimTicket(ticketId('a'), fenceOf('agent'));
    await hive.completePlan(failed);
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    await expect(hive.heartbeatTicket(ticketId('a'), fenceOf('agent'))).rejects.toMatchObject({
      code: 'TICKET_FINISHED',
      status: 410,
    });
  });

  it('fails a plan whose machine ended well though tickets are open, and says that the ledger disagrees', async () => {
    const hive = await running();
    for (let time = 0; time < 2; time++)
      await expect(hive.completePlan(ended)).rejects.toMatchObject({ code: 'LEDGER_INCONSISTENT', status: 409 });
    expect((await hive.ledger.loadPlan('plan-1'))?.state).toMatchObject({ phase: 'failed' });
  });

  it('is to be called again while the index does not show all tickets yet', async () => {
    let lag = true;
    const wrap: Wrap = (port, name) =>
      name !== 'ledger'
        ? port
        : {
            ...port,
            ticketIdsOfPlan: async (planId: string) => {
              const ids = await (port as unknown as Ledger).ticketIdsOfPlan(planId);
              return lag ? ids.slice(1) : ids;
            },
          };
    const hive = await running({ wrap });
    await expect(hive.completePlan(failed)).rejects.toMatchObject({ code: 'TRY_AGAIN', status: 503 });
    lag = false;
    expect(await hive.completePlan(failed)).toMatchObject({ phase: 'failed' });
  });

  it('ends a plan whose start was never noted', async () => {
    const dying = createHive({
      wrap: (port, name) =>
        name === 'machines' ? { ...port, start: () => Promise.reject(new Error('no answer')) } : port,
    });
    await expect(dying.acceptPlan(plan())).rejects.toThrow('no answer');
    expect(await dying.completePlan(failed)).toMatchObject({ phase: 'failed' });
  });

  it('leaves a plan alone when another execution than its own ends, and ends it when its own does', async () => {
    const hive = await running();
    const { state } = (await hive.ledger.loadPlan('plan-1')) ?? {};
    const own = state?.phase === 'running' ? state.execution_arn : '';
    const foreign = { execution_arn: `${own}-copy` };
    for (const message of [failed, ended])
      await expect(hive.completePlan({ ...message, ...foreign })).rejects.toMatchObject({
        code: 'EXECUTION_FOREIGN',
        status: 409,
      });
    expect((await hive.ledger.loadPlan('plan-1'))?.state.phase).toBe('running');
    expect(await phaseOf(hive, 'a')).not.toBe('cancelled');
    expect(await hive.completePlan({ ...failed, execution_arn: own })).toMatchObject({ phase: 'failed' });
    expect(await hive.completePlan({ ...failed, ...foreign })).toMatchObject({ phase: 'failed' });
  });

  it('completes a plan whose tickets are all complete whichever execution says so', async () => {
    const hive = await running();
    await work(hive, 'agent', 'a');
    await enter(hive, 'b');
    await work(hive, 'agent', 'b');
    expect(await hive.completePlan({ ...ended, execution_arn: 'another' })).toMatchObject({ phase: 'completed' });
  });

  it('goes by the execution’s name while the plan’s start is not noted yet', async () => {
    const hive = createHive({
      wrap: (port, name) =>
        name === 'machines' ? { ...port, start: () => Promise.reject(new Error('no answer')) } : port,
    });
    await expect(hive.acceptPlan(plan())).rejects.toThrow('no answer');
    const isExecutionOf = (arn: string, planId: string) => arn.endsWith(`:${planId}`);
    const completePlan = createCompletePlan({ ...hive.deps, isExecutionOf });
    await expect(completePlan({ ...failed, execution_arn: 'machine:by-hand' })).rejects.toMatchObject({
      code: 'EXECUTION_FOREIGN',
    });
    expect((await hive.ledger.loadPlan('plan-1'))?.state.phase).toBe('accepted');
    expect(await completePlan({ ...failed, execution_arn: 'machine:plan-1' })).toMatchObject({ phase: 'failed' });
  });

  it('lets the machine of an unknown plan fail, and tells one that ended well that it was started by hand', async () => {
    const hive = createHive();
    expect(await hive.completePlan(failed)).toBeUndefined();
    await expect(hive.completePlan(ended)).rejects.toMatchObject({ code: 'PLAN_UNKNOWN', status: 404 });
  });
});
