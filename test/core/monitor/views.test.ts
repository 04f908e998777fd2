import { beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as messages from '../../../core/messages/monitoring-api.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { agent } from '../../support/agents.ts';
import { createMonitoredHive, fill, type MonitoredHive } from '../../support/monitored-hive.ts';
import { dependent, NOW, task } from '../../support/plans.ts';
import { started, steps } from '../../support/scene.ts';

let hive: MonitoredHive;
beforeEach(() => {
  hive = createMonitoredHive();
});

/** The answer is as its schema says, with no member that the schema does not name. */
const asSaid = <Schema extends z.ZodType>(schema: Schema, value: unknown) => {
  expect(schema.parse(value)).toEqual(value);
};

const all = { limit: 100 };
const ops = { by: 'ops', why: 'because' };

describe('The monitor', () => {
  it('answers as the schemas say, whatever the phases', async () => {
    await fill(hive);
    const { monitor } = hive;
    const plans = await monitor.listPlans(all);
    asSaid(messages.planPage, plans);
    expect(new Set(plans.items.map(({ phase }) => phase)).size).toBeGreaterThan(7);
    for (const { plan_id } of plans.items) {
      asSaid(messages.planView, await monitor.getPlan(plan_id));
      const tickets = await monitor.listTickets(plan_id, all);
      asSaid(messages.ticketPage, tickets);
      for (const { ticket_id } of tickets.items) asSaid(messages.ticketDetail, await monitor.getTicket(ticket_id));
    }
    const agents = await monitor.listAgents(all);
    asSaid(messages.agentPage, agents);
    for (const { agent_id } of agents.items) asSaid(messages.agentView, await monitor.getAgent(agent_id));
    const incidents = await monitor.listIncidents(all);
    asSaid(messages.incidentPage, incidents);
    expect(incidents.items.length).toBeGreaterThan(2);
    for (const { incident_id } of incidents.items)
      asSaid(messages.incidentView, await monitor.getIncident(incident_id));
  });

  it('counts the tickets of a plan by status and by phase, those that undo others among them', async () => {
    const [a] = (await hive.scene.plan({ plan_id: 'p', tasks: [task('a'), dependent('b', 'a')] }, ...started)) as [
      TicketSpec,
    ];
    await hive.scene.ticketEvents(a, steps.run());
    await hive.scene.undo(a);
    const { tickets, tickets_by_phase, tickets_by_status } = await hive.monitor.getPlan('p');
    expect(tickets).toBe(2);
    expect(tickets_by_phase).toEqual({ completed: 1, created: 2 });
    expect(tickets_by_status).toMatchObject({ COMPLETED: 1, PENDING: 2, RUNNING: 0, FAILED: 0 });
  });

  it('tells how a plan was expected to end last, while it goes on', async () => {
    await hive.scene.plan({ plan_id: 'p' }, ...started);
    const { deadline = 0 } = (await hive.ledger.loadPlanState('p')) ?? {};
    const prediction = { probability: 0.4, p50_at: 5, deadline };
    expect(await hive.monitor.getPlan('p')).not.toHaveProperty('prediction');
    await hive.ledger.noteNextLook('p', 1, prediction);
    const told = await hive.monitor.getPlan('p');
    expect(told.prediction).toEqual(prediction);
    asSaid(messages.planView, told);
    await hive.ledger.noteNextLook('p', 1, { ...prediction, deadline: deadline - 1 });
    expect(await hive.monitor.getPlan('p'), 'of before it was redriven').not.toHaveProperty('prediction');
    await hive.ledger.noteNextLook('p', 1, prediction);
    await hive.operations.cancelPlan('p', { by: 'ada', why: 'off' });
    expect(await hive.monitor.getPlan('p')).not.toHaveProperty('prediction');
  });

  it('tells what people did to a plan: who, what, when and why', async () => {
    await hive.scene.plan(
      { plan_id: 'p' },
      ...started,
      { type: 'PlanPaused', ...ops },
      { type: 'PlanResumed', ...ops },
    );
    const { interventions } = await hive.monitor.getPlan('p');
    expect(interventions).toEqual([
      { event_id: 'PLAN#p@4', at: NOW + 3, type: 'PlanPaused', ...ops },
      { event_id: 'PLAN#p@5', at: NOW + 4, type: 'PlanResumed', ...ops },
    ]);
  });

  it('tells of a ticket each attempt, what it came to, and the result of the last', async () => {
    const [a] = (await hive.scene.plan({ plan_id: 'p' }, ...started)) as [TicketSpec];
    await hive.scene.ticketEvents(a, [steps.ready, steps.assigned(), steps.started(), steps.failedOnce()]);
    const between = await hive.monitor.getTicket(a.ticket_id);
    expect(between).toMatchObject({ phase: 'backing_off', status: 'PENDING', attempts: 1, failures: 1 });
    expect(between).toMatchObject({ retry_at: NOW + 1000, error_code: 'FLAKY' });
    await hive.scene.ticketEvents(a, [{ type: 'TicketReady', pool: 'any', queue_key: 'k' }, steps.assigned(2, 'w2')]);
    await hive.scene.ticketEvents(a, [steps.started(2, 'w2'), steps.completed(2, 'w2')]);
    const { history, result, agent_id, attempt } = await hive.monitor.getTicket(a.ticket_id);
    expect(history).toMatchObject([
      {
        attempt: 1,
        agent_id: 'worker-1',
        outcome: 'AttemptFailed',
        error_code: 'FLAKY',
        error_message: 'not this time',
      },
      { attempt: 2, agent_id: 'w2', outcome: 'TicketCompleted' },
    ]);
    expect(result).toEqual({ success: true, output: { answer: '42' }, metadata: {}, logs: ['did it'] });
    expect({ agent_id, attempt }).toEqual({ agent_id: 'w2', attempt: 2 });
  });

  it("takes an operator's output for the result of a ticket that was skipped", async () => {
    const [a] = (await hive.scene.plan({ plan_id: 'p' }, ...started)) as [TicketSpec];
    await hive.scene.ticketEvents(a, [
      steps.ready,
      steps.assigned(),
      { type: 'TicketSkipped', output: { k: 'v' }, ...ops },
    ]);
    const { history, result, interventions, status } = await hive.monitor.getTicket(a.ticket_id);
    expect(result).toEqual({ success: true, output: { k: 'v' }, metadata: {}, logs: [] });
    expect(history).toMatchObject([{ attempt: 1, outcome: 'TicketSkipped' }]);
    expect(interventions).toMatchObject([{ type: 'TicketSkipped', ...ops }]);
    expect(status).toBe('COMPLETED');
  });

  it('tells how agents are, and what they hold', async () => {
    await hive.agents.register(agent('w', { capacity: 2 }));
    await hive.agents.register(agent('late', { capabilities: ['deploy'], heartbeat_at: NOW - 60_000 }));
    const held = { ticket_id: 't', plan_id: 'p', task_id: 'a', attempt: 1 };
    await hive.ledger.commit([{ kind: 'hold_slot', agent_id: 'w', ...held }]);
    const { monitor } = hive;
    expect(await monitor.getAgent('w')).toMatchObject({ health: 'HEALTHY', free_slots: 1, holds: [held] });
    expect(await monitor.getAgent('late')).toMatchObject({ health: 'UNHEALTHY', holds: [] });
    const deploying = await monitor.listAgents({ ...all, capability: 'deploy' });
    expect(deploying.items.map(({ agent_id }) => agent_id)).toEqual(['late']);
  });

  it('refuses, with a code, what is not there', async () => {
    const { monitor } = hive;
    const id = '00000000-0000-8000-8000-000000000000';
    await expect(monitor.getPlan(id)).rejects.toMatchObject({ code: 'PLAN_UNKNOWN', status: 404 });
    await expect(monitor.listTickets(id, all)).rejects.toMatchObject({ code: 'PLAN_UNKNOWN', status: 404 });
    await expect(monitor.getTicket(id)).rejects.toMatchObject({ code: 'TICKET_UNKNOWN', status: 404 });
    await expect(monitor.getAgent(id)).rejects.toMatchObject({ code: 'AGENT_UNKNOWN', status: 404 });
    await expect(monitor.getIncident(id)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN', status: 404 });
  });
});

describe('A page', () => {
  it('is followed by the next until each item was told once', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await hive.scene.plan({ plan_id: name });
    const told: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await hive.monitor.listPlans({ limit: 2, cursor });
      told.push(...page.items.map(({ plan_id }) => plan_id));
      cursor = page.next_cursor;
      if (cursor === undefined) break;
    }
    expect(told.toSorted()).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
  });

  it('ends early where its items are large, and the next goes on behind it', async () => {
    const parameters = { text: 'x'.repeat(300_000) };
    const tasks = Array.from({ length: 15 }, (_, index) => task(`t${index}`, { parameters }));
    await hive.scene.plan({ plan_id: 'p', tasks });
    const first = await hive.monitor.listTickets('p', all);
    expect(first.items.length).toBe(9);
    const second = await hive.monitor.listTickets('p', { ...all, cursor: first.next_cursor });
    expect(second.next_cursor).toBeUndefined();
    const ids = [...first.items, ...second.items].map(({ ticket_id }) => ticket_id);
    expect(new Set(ids).size).toBe(15);
  });

  it("refuses another list's cursor, and what is none", async () => {
    for (const name of ['p1', 'p2']) await hive.scene.plan({ plan_id: name });
    const { next_cursor: cursor } = await hive.monitor.listPlans({ limit: 1 });
    expect(cursor).toBeDefined();
    const refused = { code: 'CURSOR_INVALID', status: 400 };
    await expect(hive.monitor.listAgents({ limit: 1, cursor })).rejects.toMatchObject(refused);
    await expect(hive.monitor.listTickets('p1', { limit: 1, cursor })).rejects.toMatchObject(refused);
    for (const none of ['', 'x', '!', 'cGxhbnM6', Buffer.from([0x70, 0xff]).toString('base64url')])
      await expect(hive.monitor.listPlans({ limit: 1, cursor: none })).rejects.toMatchObject(refused);
    const long = Buffer.from(`plans:${'x'.repeat(1025)}`).toString('base64url');
    await expect(hive.monitor.listPlans({ limit: 1, cursor: long })).rejects.toMatchObject(refused);
  });
});

describe('Watching a plan', () => {
  it('answers at once with what there is, then waits for news and tells them', async () => {
    await hive.scene.plan({ plan_id: 'p' }, ...started);
    const first = await hive.monitor.watchPlan('p', { ...all, wait_s: 20 });
    expect(first.items).toHaveLength(4);
    expect(hive.clock.now()).toBe(NOW);
    const { sleep } = hive.clock;
    let sleeps = 0;
    Object.assign(hive.clock, {
      sleep: async (ms: number) => {
        await sleep(ms);
        if (++sleeps === 3) await hive.scene.planEvents('p', { type: 'PlanPaused', ...ops });
      },
    });
    const second = await hive.monitor.watchPlan('p', { ...all, cursor: first.next_cursor, wait_s: 20 });
    expect(second.items.map(({ type }) => type)).toEqual(['PlanPaused']);
    expect(sleeps).toBe(3);
  });

  it('answers with nothing when the time is over, and at once when the plan has ended', async () => {
    await hive.scene.plan({ plan_id: 'p' }, ...started);
    const { next_cursor: cursor } = await hive.monitor.watchPlan('p', { ...all, wait_s: 0 });
    const nothing = await hive.monitor.watchPlan('p', { ...all, cursor, wait_s: 7 });
    expect(nothing).toMatchObject({ items: [], ended: false, next_cursor: cursor });
    expect(hive.clock.now()).toBe(NOW + 7000);
    await hive.scene.planEvents('p', { type: 'PlanCancelled', ...ops });
    const last = await hive.monitor.watchPlan('p', { ...all, cursor, wait_s: 20 });
    expect(last).toMatchObject({ items: [{ type: 'PlanCancelled' }], ended: true });
    const over = await hive.monitor.watchPlan('p', { ...all, cursor: last.next_cursor, wait_s: 20 });
    expect(over).toMatchObject({ items: [], ended: true });
    expect(hive.clock.now()).toBe(NOW + 7000);
  });

  it('follows a plan to its end, with an empty page now and then that says it is still there', async () => {
    await hive.scene.plan({ plan_id: 'p' }, ...started);
    const pages: string[][] = [];
    for await (const { items, ended } of hive.monitor.followPlan('p', { signal: new AbortController().signal })) {
      pages.push([...items.map(({ type }) => type), ...(ended ? ['end'] : [])]);
      if (pages.length === 2) await hive.scene.planEvents('p', { type: 'PlanCancelled', ...ops });
    }
    expect(pages).toEqual([
      ['PlanReceived', 'TicketCreated', 'PlanAccepted', 'PlanStarted'],
      [],
      ['PlanCancelled', 'end'],
    ]);
  });

  it('stops when it is told to', async () => {
    await hive.scene.plan({ plan_id: 'p' }, ...started);
    const stop = new AbortController();
    let pages = 0;
    for await (const _ of hive.monitor.followPlan('p', { signal: stop.signal })) if (++pages === 3) stop.abort();
    expect(pages).toBe(3);
  });
});
