import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { resolveWrite } from '../../core/incident/incident.ts';
import { planAggregate, ticketAggregate } from '../../core/ledger/aggregate.ts';
import type { Slice, SliceRequest } from '../../core/ports/plan-reader.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import { agent } from '../support/agents.ts';
import { dependent, NOW, task } from '../support/plans.ts';
import { createScene, started, steps } from '../support/scene.ts';
import { describeContract } from './stores.ts';

/** A list slice by slice, with how many each held. */
async function walk<T>(read: (request: SliceRequest) => Promise<Slice<T>>, limit: number) {
  const items: T[] = [];
  const sizes: number[] = [];
  for (let after: string | undefined; ; ) {
    const slice: Slice<T> = await read({ limit, after });
    items.push(...slice.items);
    sizes.push(slice.items.length);
    after = slice.next;
    if (after === undefined) return { items, sizes };
  }
}

const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

describeContract('The plan reader', (stores) => {
  const scene = () => createScene(stores().ledger);
  const abc = [task('a'), dependent('b', 'a'), dependent('c', 'a')];

  it('answers undefined, and leaves out of lists, what is not there', async () => {
    const { reader } = stores();
    const id = randomUUID();
    expect(await reader.loadPlan(id)).toBeUndefined();
    expect(await reader.loadTicket(id)).toBeUndefined();
    expect(await reader.loadAgent('nobody')).toBeUndefined();
    expect(await reader.loadIncident(id)).toBeUndefined();
    expect(await reader.loadTicketEvents(id)).toEqual([]);
    expect(await reader.loadTicketSpecs([id])).toEqual([]);
    expect(await reader.loadTicketHeads([id])).toEqual([]);
    expect(await reader.loadTicketHeads([])).toEqual([]);
    expect(await reader.listTicketIds(id)).toEqual([]);
    expect(await reader.listTickets(id, { limit: 5 })).toEqual({ items: [] });
    expect(await reader.loadEvents([{ aggregate: ticketAggregate(id), version: 1 }], ['agent_id'])).toEqual([]);
  });

  it('gives a plan with its version and its events, oldest first', async () => {
    const plan_id = unique('ünï ✓');
    await scene().plan({ plan_id }, ...started);
    const plan = await stores().reader.loadPlan(plan_id);
    expect(plan).toMatchObject({ version: 3, state: { phase: 'running', plan_id } });
    expect(plan?.events.map(({ event, version }) => [event.type, version])).toEqual([
      ['PlanReceived', 1],
      ['PlanAccepted', 2],
      ['PlanStarted', 3],
    ]);
  });

  it('gives a ticket with its specification, its events and the last sign of life of its holder', async () => {
    const { ledger, reader } = stores();
    const at = scene();
    const [a] = (await at.plan({ plan_id: unique('p') })) as [TicketSpec];
    await at.ticketEvents(a, [steps.ready, steps.assigned(), steps.started()]);
    const state = (await ledger.loadTicket(a.ticket_id))?.state;
    if (state?.phase !== 'running') throw new Error('it runs');
    await ledger.touchTicket(a.ticket_id, state, NOW + 77);
    const ticket = await reader.loadTicket(a.ticket_id);
    expect(ticket).toMatchObject({ version: 4, touched_at: NOW + 77, state: { phase: 'running' } });
    expect(ticket?.spec).toEqual(JSON.parse(JSON.stringify(a)));
    const types = ticket?.events.map(({ event }) => event.type);
    expect(types).toEqual(['TicketCreated', 'TicketReady', 'TicketAssigned', 'TicketStarted']);
    expect(await reader.loadTicketEvents(a.ticket_id)).toEqual(ticket?.events);
  });

  it("lists a plan's tickets in order of their ids, slice by slice, each once", async () => {
    const { reader } = stores();
    const plan_id = unique('p');
    const at = scene();
    const specs = await at.plan({ plan_id, tasks: abc });
    await at.ticketEvents(specs[0] as TicketSpec, [steps.ready]);
    const ids = specs.map(({ ticket_id }) => ticket_id).sort();
    const { items, sizes } = await walk((request) => reader.listTickets(plan_id, request), 2);
    expect(items.map(({ spec }) => spec.ticket_id)).toEqual(ids);
    expect(sizes).toEqual([2, 1]);
    expect(items.map(({ version }) => version).sort()).toEqual([1, 1, 2]);
    expect(await reader.listTicketIds(plan_id)).toEqual(ids);
    expect((await reader.loadTicketSpecs(ids)).map(({ task_id }) => task_id).sort()).toEqual(['a', 'b', 'c']);
  });

  it('tells how far tickets are, and which of them undo others', async () => {
    const { reader } = stores();
    const plan_id = unique('p');
    const at = scene();
    const [a] = (await at.plan({ plan_id, tasks: [task('a')] })) as [TicketSpec];
    await at.ticketEvents(a, steps.run());
    const undo = await at.undo(a);
    const heads = await reader.loadTicketHeads(await reader.listTicketIds(plan_id));
    expect(heads.sort((x, y) => y.version - x.version)).toEqual([
      { ticket_id: a.ticket_id, version: 5, phase: 'completed' },
      { ticket_id: undo.ticket_id, version: 1, phase: 'created', compensates: a.ticket_id },
    ]);
  });

  it('reads the events that are named, with no more of them than was asked for', async () => {
    const { reader } = stores();
    const plan_id = unique('p');
    const at = scene();
    const [a] = (await at.plan({ plan_id })) as [TicketSpec];
    await at.ticketEvents(a, [steps.ready, steps.assigned()]);
    const aggregate = ticketAggregate(a.ticket_id);
    const refs = [
      { aggregate, version: 3 },
      { aggregate, version: 2 },
      { aggregate, version: 9 },
      { aggregate: planAggregate(plan_id), version: 1 },
    ];
    const events = await reader.loadEvents(refs, ['agent_id', 'attempt', 'no_such_member']);
    expect(events.sort((x, y) => x.version - y.version)).toMatchObject([
      { aggregate: planAggregate(plan_id), version: 1, event: { type: 'PlanReceived' } },
      { aggregate, version: 2, subject: { plan_id, ticket_id: a.ticket_id, task_id: 'a' } },
      { aggregate, version: 3, event: { type: 'TicketAssigned', agent_id: 'worker-1', attempt: 1 } },
    ]);
    expect(Object.keys(events[1]?.event ?? {})).toEqual(['type']);
    expect(Object.keys(events[1] ?? {}).sort()).toEqual(['aggregate', 'at', 'event', 'subject', 'version']);
  });

  it('lists plans and incidents newest first, and goes on behind any of them', async () => {
    const { ledger, reader } = stores();
    const at = scene();
    const plans = [unique('first'), unique('second'), unique('third')];
    const incidents: string[] = [randomUUID(), randomUUID(), randomUUID()];
    for (const [index, plan_id] of plans.entries()) {
      await at.plan({ plan_id });
      await at.incident(incidents[index] ?? '', plan_id);
      await at.planEvents(plan_id, ...started);
    }
    const open = await ledger.loadIncident(incidents[0] ?? '');
    if (open === undefined) throw new Error('the incident is there');
    await ledger.commit([resolveWrite(open, { by: 'ops', why: 'mended' }, at.now() + 1, sha256)]);
    const listed = (await walk(reader.listPlans, 2)).items.map(({ plan_id }) => plan_id);
    expect(listed.filter((id) => plans.includes(id))).toEqual(plans.toReversed());
    expect(new Set(listed).size).toBe(listed.length);
    const found = (await walk(reader.listIncidents, 2)).items.filter(({ incident_id }) =>
      incidents.includes(incident_id),
    );
    expect(found.map(({ incident_id, status }) => [incident_id, status])).toEqual([
      [incidents[2], 'open'],
      [incidents[1], 'open'],
      [incidents[0], 'resolved'],
    ]);
    expect(await reader.loadIncident(incidents[0] ?? '')).toMatchObject({ status: 'resolved', by: 'ops' });
  });

  it('lists agents by what they offer, in order of their ids, without those that left', async () => {
    const { agents, reader } = stores();
    const capability = unique('cap');
    const ids = ['c', 'a', 'b', 'gone'].map((name) => `${name}-${capability}`);
    for (const id of ids) await agents.register(agent(id, { capabilities: [capability] }));
    await agents.remove(`gone-${capability}`, NOW);
    const { items } = await walk((request) => reader.listAgents(capability, request), 2);
    expect(items.map(({ agent_id }) => agent_id)).toEqual([`a-${capability}`, `b-${capability}`, `c-${capability}`]);
    const all = (await walk((request) => reader.listAgents('*', request), 50)).items.map(({ agent_id }) => agent_id);
    expect(all).toEqual(expect.arrayContaining([`a-${capability}`]));
    expect(all).not.toContain(`gone-${capability}`);
    expect(await reader.loadAgent(`gone-${capability}`)).toMatchObject({ status: 'removed' });
  });
});
