/** Aggregates as they lie in the store, whatever the store. */
import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { incidentAggregate, planAggregate, ticketAggregate } from '../../core/ledger/aggregate.ts';
import { checkPlan, createLoadPlanKept } from '../../core/ledger/replay-plan.ts';
import { NOW } from '../support/plans.ts';
import { createScene, started, steps } from '../support/scene.ts';
import { describeContract } from './stores.ts';

const INCIDENT = '00000000-0000-8000-8000-00000000a001';

describeContract('the ledger’s history', (stores) => {
  it('is each aggregate with its events in order, and the state beside them', async () => {
    const { ledger, history } = stores();
    const scene = createScene(ledger);
    const [spec] = await scene.plan({ plan_id: 'history-1' }, ...started);
    if (spec === undefined) throw new Error('no ticket');
    await scene.ticketEvents(spec, steps.run());
    await scene.incident(INCIDENT, 'history-1');
    const ticket = await history.loadKept(ticketAggregate(spec.ticket_id));
    const record = await ledger.loadTicket(spec.ticket_id);
    expect(ticket?.records).toEqual(record?.records);
    expect(ticket?.stood).toEqual({ head: record?.head, state: record?.state });
    const plan = await history.loadKept(planAggregate('history-1'));
    expect(plan?.records.map(({ version, event }) => [version, event.type])).toEqual([
      [1, 'PlanReceived'],
      [2, 'PlanAccepted'],
      [3, 'PlanStarted'],
    ]);
    expect(await history.loadKept(incidentAggregate(INCIDENT))).toMatchObject({ stood: { state: { status: 'open' } } });
  });

  it('is nothing for what is not there', async () => {
    expect(await stores().history.loadKept(ticketAggregate('nobody'))).toBeUndefined();
  });

  it('does not change when what holds a ticket is noted beside its events', async () => {
    const { ledger, history } = stores();
    const scene = createScene(ledger);
    const [spec] = await scene.plan({ plan_id: 'history-2' }, ...started);
    if (spec === undefined) throw new Error('no ticket');
    await scene.ticketEvents(spec, [...steps.run()]);
    const before = await history.loadKept(ticketAggregate(spec.ticket_id));
    const { head } = (await ledger.loadTicket(spec.ticket_id)) ?? {};
    await ledger.markSettled(spec.ticket_id, head?.version ?? 0, NOW);
    expect((await ledger.loadTicket(spec.ticket_id))?.settled_at).toBe(NOW);
    expect(await history.loadKept(ticketAggregate(spec.ticket_id))).toEqual(before);
  });

  it('replays without a difference, whatever the store made of the values on the way', async () => {
    const { ledger, history, reader } = stores();
    const scene = createScene(ledger);
    const [spec] = await scene.plan(
      { plan_id: 'history-3', metadata: { ['__proto__']: 'kept', ' ': 'ä\u{1f41d}' } },
      ...started,
    );
    if (spec === undefined) throw new Error('no ticket');
    await scene.ticketEvents(spec, [steps.ready, steps.assigned(), steps.started(), steps.failedOnce()]);
    const kept = await createLoadPlanKept({ history, reader })('history-3');
    expect(kept?.tickets).toHaveLength(1);
    expect(kept && checkPlan(kept, sha256)).toEqual([]);
  });
});
