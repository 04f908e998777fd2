/** What is told of a plan's deadline: once when it is predicted, and at each crossing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { reducePlan } from '../../../core/plan/reducer.ts';
import type { PlanState } from '../../../core/plan/state.ts';
import { createWatchSla, SLA_SETTINGS, slaEventOf } from '../../../core/plan/watch-sla.ts';
import { createHive, elapse, enter, fenceOf, registration, ticketId, work } from '../../support/hive.ts';
import { dependent, NOW, plan, task } from '../../support/plans.ts';

const MINUTE = 60_000;
const deadline = NOW + 3_600_000;
const outlook = (probability: number) => ({ prediction: { probability, deadline }, slowest: ['a'] });

async function running(changes: Parameters<typeof plan>[0] = {}) {
  const hive = createHive();
  await hive.acceptPlan(plan({ deadline, ...changes }));
  const state = async () => (await hive.ledger.loadPlanState('plan-1')) as PlanState;
  const told = async () =>
    ((await hive.reader.loadPlan('plan-1'))?.events ?? [])
      .map(({ event }) => event.type)
      .filter((type) => /Sla|Predicted/.test(type));
  return { hive, state, told, watch: createWatchSla(hive.deps) };
}

describe('a plan whose deadline is watched', () => {
  it('tells each crossing once, however the probability wavers', async () => {
    const { state } = await running();
    const begun = await state();
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }), (probabilities) => {
        let now = begun;
        const told: PlanEvent['type'][] = [];
        for (const probability of probabilities) {
          const event = slaEventOf(now, outlook(probability));
          if (event === undefined) continue;
          told.push(event.type);
          now = reducePlan(now, {
            ...{ aggregate: 'PLAN#1', version: 9, at: NOW, subject: {} },
            event,
            prev_hash: '',
            hash: '',
          });
          expect(slaEventOf(now, outlook(probability))).toBeUndefined();
        }
        const alarms = told.filter((type) => type !== 'PlanPredicted');
        expect(alarms.every((type, at) => type === (at % 2 === 0 ? 'SlaAtRisk' : 'SlaRecovered'))).toBe(true);
        expect(told.filter((type) => type === 'PlanPredicted').length).toBeLessThanOrEqual(1);
        const last = probabilities.at(-1);
        if (last === undefined) return;
        if (last < SLA_SETTINGS.at_risk_below) expect(now.sla).toBe('at_risk');
        if (last > SLA_SETTINGS.recovered_above) expect(now.sla).toBe('predicted');
      }),
    );
  });

  it('is noted once by many that see the same at the same time', async () => {
    const { state, told, watch } = await running();
    const seen = await state();
    await Promise.all([1, 2, 3].map(() => watch.note(seen, outlook(0.5))));
    await watch.note(await state(), outlook(0.79));
    expect(await told()).toEqual(['SlaAtRisk']);
  });

  it('is violated once, when its deadline has passed, and nothing is at risk after that', async () => {
    const { hive, state, told, watch } = await running();
    await watch.violate('plan-1');
    expect(await told()).toEqual([]);
    hive.clock.advance(3_600_000);
    await watch.violate('plan-1');
    await watch.violate('plan-1');
    await watch.note(await state(), outlook(0.1));
    expect(await told()).toEqual(['SlaViolated']);
  });

  it('is not told of by a prediction for another deadline: it was redriven meanwhile', async () => {
    const { state } = await running();
    expect(
      slaEventOf(await state(), { prediction: { probability: 0.1, deadline: deadline + 1 }, slowest: [] }),
    ).toBeUndefined();
  });
});

describe('looks at a plan', () => {
  const chain = [
    task('a', { estimated_duration_ms: 2 * MINUTE }),
    ...['b', 'c'].map((id, at) => ({
      ...dependent(id, at === 0 ? 'a' : 'b'),
      estimated_duration_ms: 2 * MINUTE,
    })),
  ];

  it('predict its end, and note it where people read', async () => {
    const { hive, told } = await running({ tasks: chain });
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await hive.heartbeatAgent('agent');
    await elapse(hive, MINUTE);
    expect(await told()).toEqual([expect.stringMatching('PlanPredicted|SlaAtRisk')]);
    const { prediction } = (await hive.reader.loadPlan('plan-1')) ?? {};
    expect(prediction?.deadline).toBe(deadline);
    expect(prediction?.probability).toBeGreaterThan(0);
  });

  it('say that it is at risk before it is late, look again sooner, and say that it is violated when it is', async () => {
    const { hive, told } = await running({ tasks: chain, deadline: NOW + 4 * MINUTE });
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('agent'));
    const beat = async (ms: number) => {
      for (let time = 0; time < ms; time += 5000) {
        await elapse(hive, 5000);
        await hive.heartbeatAgent('agent').catch(() => {});
        await hive.heartbeatTicket(ticketId('a'), fenceOf('agent')).catch(() => {});
      }
    };
    await beat(MINUTE);
    expect(await told()).toEqual(['SlaAtRisk']);
    const next = Math.min(...hive.timers.pending.filter(({ kind }) => kind === 'plan').map(({ at }) => at));
    expect(next - hive.clock.now()).toBeLessThanOrEqual(SLA_SETTINGS.soon_ms);
    await beat(4 * MINUTE);
    expect(await told()).toEqual(['SlaAtRisk', 'SlaViolated']);
    expect((await hive.ledger.loadPlanState('plan-1'))?.phase).toBe('failed');
  });

  it('go on where nobody can predict', async () => {
    const { hive } = await running();
    const broken = { ...hive.deps, predictPlan: () => Promise.reject(new Error('throttled')) };
    const { createLookAtPlan } = await import('../../../core/plan/look.ts');
    hive.clock.advance(MINUTE);
    await createLookAtPlan(broken)('plan-1');
    expect(await hive.ledger.nextLookOf('plan-1')).toBe(NOW + 2 * MINUTE);
  });

  it('find nothing at risk in a plan whose tickets are done in time', async () => {
    const { hive, told } = await running();
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await work(hive, 'agent', 'a');
    await elapse(hive, MINUTE);
    expect(await told()).not.toContain('SlaAtRisk');
  });
});
