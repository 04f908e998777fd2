import { describe, expect, it } from 'vitest';
import { createAgent } from '../../agents/sdk/agent.ts';
import { expectSoundLedger } from './checks.ts';
import {
  api,
  eventually,
  type Heard,
  historyOf,
  inbox,
  ledger,
  listen,
  planEnd,
  planOf,
  putPlan,
  unique,
} from './stack.ts';

const rejectionOf = async (bus: { heard: () => Promise<Heard[]> }, planId: string): Promise<Heard> =>
  eventually('PlanRejected', async () =>
    (await bus.heard()).find(({ type, detail }) => type === 'PlanRejected' && detail.plan_id === planId),
  );

describe('a plan that may not run', () => {
  it('is answered with PlanRejected naming every fault, once however often it comes, and leaves no plan', async () => {
    const bus = await listen();
    const planId = unique('bad');
    const bad = {
      ...planOf(planId, { a: ['c'], b: ['a', 'ghost'], c: ['b'], 'line\nbreak': [] }, 'work'),
      status: 'draft',
      schema_version: 9,
      valid_until: 1,
    };
    await Promise.all([putPlan(bad), putPlan(bad), putPlan(bad)]);
    const { detail } = await rejectionOf(bus, planId);
    const codes = (detail.faults as { code: string }[]).map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining([
        'SCHEMA_VERSION_UNKNOWN',
        'TASK_DEPENDENCY_MISSING',
        'PLAN_CYCLE',
        'PLAN_NOT_APPROVED',
        'NAME_HAS_CONTROL_CHARACTERS',
      ]),
    );
    expect(detail.reissue).toBe(true);
    expect(await ledger.loadPlan(planId)).toBeUndefined();
    expect(await historyOf(`REJECTION#${detail.digest}`)).toHaveLength(1);
    await putPlan(planOf(unique('after-bad'), { a: [] }, 'nobody'));
    const again = (await bus.heard()).filter(
      ({ type, detail: other }) => type === 'PlanRejected' && other.plan_id === planId,
    );
    expect(new Set(again.map((fact) => fact.detail.event_id)).size).toBe(1);
  });

  it('is rejected when it has nothing in common with a plan', async () => {
    const bus = await listen();
    const planId = unique('nonsense');
    await putPlan({ plan_id: planId, tasks: 'none', risk_score: [], metadata: { deep: { deeper: null } } });
    const { detail } = await rejectionOf(bus, planId);
    expect((detail.faults as unknown[]).length).toBeGreaterThan(5);
  });

  it('is rejected when its id belongs to a plan with other content, which goes on undisturbed', async () => {
    const bus = await listen();
    const planId = unique('reused');
    await putPlan(planOf(planId, { a: [] }, 'nobody-has-this'));
    await eventually('the first plan to run', async () =>
      (await ledger.loadPlan(planId))?.state.phase === 'running' ? true : undefined,
    );
    const before = await historyOf(`PLAN#${planId}`);
    await putPlan(planOf(planId, { a: [], b: [] }, 'nobody-has-this'));
    const { detail } = await rejectionOf(bus, planId);
    expect(detail.faults).toMatchObject([{ code: 'PLAN_ID_REUSED', path: '/plan_id' }]);
    expect(await historyOf(`PLAN#${planId}`)).toEqual(before);
  });

  it('waits when it needs approval, and runs when it comes again approved by somebody else', async () => {
    const bus = await listen();
    const capability = unique('careful');
    const logger = { info() {}, warn() {}, error() {} };
    const agent = createAgent({ api, inbox, capabilities: [capability], run: async () => ({}), logger });
    await agent.start();
    const planId = unique('risky');
    const plan = planOf(planId, { a: [] }, capability, { risk_score: 0.9, metadata: { author: 'ana' } });
    await putPlan(plan);
    await eventually('PlanAwaitingApproval', async () =>
      (await bus.heard()).find(({ type, detail }) => type === 'PlanAwaitingApproval' && detail.plan_id === planId),
    );
    await putPlan({ ...plan, approval_status: 'approved', approved_by: 'ana' });
    await putPlan({ ...plan, approval_status: 'approved', approved_by: 'ben', approved_at: Date.now() });
    expect((await planEnd(planId)).phase).toBe('completed');
    await expectSoundLedger(planId);
    await agent.stop();
  });
});
