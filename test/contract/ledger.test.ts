import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { HiveError } from '../../core/errors.ts';
import { incidentIdOf, openIncident, resolveWrite } from '../../core/incident/incident.ts';
import { COMMIT_CONFLICT } from '../../core/ledger/retry.ts';
import { appendToPlan, createPlan, createRejection } from '../../core/plan/append.ts';
import type { Write } from '../../core/ports/ledger.ts';
import { readyWrites } from '../../core/schedule/become-ready.ts';
import { appendToTicket, createTicket } from '../../core/ticket/append.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import { agent } from '../support/agents.ts';
import { dependent, NOW, parsedPlan, task, ticketsOf } from '../support/plans.ts';
import { refusal } from './refusal.ts';
import { describeContract } from './stores.ts';

describeContract('The ledger', (stores) => {
  let plans = 0;
  /** Tickets of a plan that no other test has. */
  const fresh = (tasks = [task('a')]): TicketSpec[] => ticketsOf({ plan_id: `ledger-${++plans}`, tasks });
  const one = (): TicketSpec => fresh()[0] as TicketSpec;
  const load = async (spec: TicketSpec) => {
    const ticket = await stores().ledger.loadTicket(spec.ticket_id);
    if (ticket === undefined) throw new Error('the ticket is not there');
    return ticket;
  };
  const conflict = async (writes: Write[], failed: number[]) => {
    const error = await refusal(stores().ledger.commit(writes));
    expect(error.code).toBe(COMMIT_CONFLICT);
    expect(error.detail.failed).toEqual(failed);
  };

  it('answers undefined for what was never written', async () => {
    const { ledger } = stores();
    expect(await ledger.loadTicket(one().ticket_id)).toBeUndefined();
    expect(await ledger.loadPlan('no such plan')).toBeUndefined();
    expect(await ledger.loadPlanState('no such plan')).toBeUndefined();
    expect(await ledger.loadIncident(incidentIdOf('p', 'never', sha256))).toBeUndefined();
    expect(await ledger.loadRejection('0'.repeat(64))).toBeUndefined();
    expect(await ledger.loadTicketStates([one().ticket_id])).toEqual([]);
    expect(await ledger.ticketIdsOfPlan('no such plan')).toEqual([]);
  });

  it('gives a ticket back as it was written, with absent members left out', async () => {
    const [a, b] = fresh([
      task('a', { parameters: { text: 'ünï ✓ 🐝 "quoted" \\ $.x {%', empty: '' } }),
      dependent('b', 'a'),
    ]);
    if (!a || !b) throw new Error('two tickets');
    await stores().ledger.commit([createTicket(a, sha256), createTicket(b, sha256)]);
    const found = await load(a);
    expect(found.spec).toEqual(JSON.parse(JSON.stringify(a)));
    expect(found.state).toMatchObject({ phase: 'created', unmet: [], attempts: 0 });
    expect(found.head.version).toBe(1);
    expect(found.task_tokens).toEqual([]);
    expect('touched_at' in found || 'settled_at' in found).toBe(false);
  });

  it('appends an event and replaces the state in one commit, the task token kept beside the state', async () => {
    const spec = one();
    await stores().ledger.commit([createTicket(spec, sha256)]);
    await stores().ledger.commit(readyWrites(await load(spec), { task_token: 'token-1' }, NOW, sha256));
    const found = await load(spec);
    expect(found.state).toMatchObject({ phase: 'ready', ready_at: NOW });
    expect(found.head.version).toBe(2);
    expect(found.task_tokens).toEqual(['token-1']);
    expect(found.records.map(({ event }) => event.type)).toEqual(['TicketCreated', 'TicketReady']);
    expect(JSON.stringify(found.state)).not.toContain('token-1');
  });

  it('refuses an append to a version that somebody else has gone beyond, and writes nothing of that commit', async () => {
    const { ledger, queue } = stores();
    const spec = one();
    await ledger.commit([createTicket(spec, sha256)]);
    const stale = await load(spec);
    await ledger.commit([appendToTicket(stale, { type: 'TicketCancelled', reason: 'test' }, NOW, sha256)]);
    const pool = `stale-${plans}`;
    const [, enqueue] = readyWrites(stale, { task_token: 't' }, NOW, sha256);
    if (enqueue?.kind !== 'enqueue') throw new Error('ready writes enqueue');
    const elsewhere: Write = { kind: 'enqueue', entry: { ...enqueue.entry, pool } };
    await conflict([elsewhere, appendToTicket(stale, { type: 'TicketCancelled', reason: 'again' }, NOW, sha256)], [1]);
    expect(await queue.list(pool, 10)).toEqual([]);
    expect((await load(spec)).head.version).toBe(2);
  });

  it('refuses to create what is there, and names each write that did not hold', async () => {
    const [a, b, c] = fresh([task('a'), task('b'), task('c')]) as [TicketSpec, TicketSpec, TicketSpec];
    await stores().ledger.commit([createTicket(a, sha256), createTicket(c, sha256)]);
    await conflict([createTicket(a, sha256), createTicket(b, sha256), createTicket(c, sha256)], [0, 2]);
    expect(await stores().ledger.loadTicket(b.ticket_id)).toBeUndefined();
  });

  it('lets exactly one of two commits on the same version through', async () => {
    const { ledger } = stores();
    const spec = one();
    await ledger.commit([createTicket(spec, sha256)]);
    const read = await load(spec);
    const cancel = (reason: string) =>
      ledger.commit([appendToTicket(read, { type: 'TicketCancelled', reason }, NOW, sha256)]);
    const results = await Promise.allSettled(['x', 'y', 'z'].map(cancel));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await load(spec)).head.version).toBe(2);
  });

  it('takes 100 items in a commit and no more', async () => {
    const { ledger } = stores();
    const specs = fresh(Array.from({ length: 101 }, (_, index) => task(`t${index}`)));
    await ledger.commit(specs.slice(0, 50).map((spec) => createTicket(spec, sha256)));
    expect(await ledger.loadTicketStates(specs.map(({ ticket_id }) => ticket_id))).toHaveLength(50);
    await expect(ledger.commit(specs.slice(50).map((spec) => createTicket(spec, sha256)))).rejects.toThrow();
    expect(await ledger.loadTicketStates(specs.map(({ ticket_id }) => ticket_id))).toHaveLength(50);
  });

  it('refuses to write one item twice in a commit', async () => {
    const spec = one();
    const create = createTicket(spec, sha256);
    await expect(stores().ledger.commit([create, create])).rejects.toThrow();
    expect(await stores().ledger.loadTicket(spec.ticket_id)).toBeUndefined();
  });

  it.each([
    ['an item over 400 KB', { description: 'x'.repeat(410_000) }],
    ['a member without a name', { parameters: { '': 'x' } }],
    ['a number beyond what it keeps', { estimated_duration_ms: 1e300 }],
    ['a number too close to zero', { estimated_duration_ms: 1e-200 }],
  ])('refuses %s with an error that is no lost race', async (_, changes) => {
    const spec = { ...one(), ...changes } as TicketSpec;
    const error: unknown = await stores()
      .ledger.commit([createTicket(spec, sha256)])
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(HiveError);
    expect(await stores().ledger.loadTicket(spec.ticket_id)).toBeUndefined();
  });

  it('keeps nothing of what a reader or a writer changes afterwards', async () => {
    const { ledger } = stores();
    const spec = one();
    const write = createTicket(spec, sha256);
    await ledger.commit([write]);
    Object.assign(spec.parameters, { changed: 'by the writer' });
    const read = (await load(spec)).spec.parameters;
    // A store may hand out what cannot be changed.
    if (!Object.isFrozen(read)) Object.assign(read, { changed: 'by the reader' });
    expect((await load(spec)).spec.parameters).toEqual({});
  });

  it('holds a slot while the agent has one free, once a ticket, and frees it again', async () => {
    const { ledger, agents } = stores();
    const agent_id = `slots-${++plans}`;
    await agents.register(agent(agent_id, { capacity: 2 }));
    const hold = (ticket_id: string): Write => ({
      kind: 'hold_slot',
      agent_id,
      ticket_id,
      plan_id: 'p',
      task_id: 't',
      attempt: 1,
    });
    await ledger.commit([hold('t1')]);
    await conflict([hold('t1')], [0]);
    await ledger.commit([hold('t2')]);
    await conflict([hold('t3')], [0]);
    expect(Object.keys((await agents.load(agent_id))?.held ?? {}).sort()).toEqual(['t1', 't2']);
    await ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 't1' }]);
    await ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 't1' }]);
    await ledger.commit([hold('t3')]);
    expect((await agents.load(agent_id))?.held.t3).toEqual({ plan_id: 'p', task_id: 't', attempt: 1 });
    const work = { since: 1_000, expected_ms: 60_000, task_type: 'compile' };
    await ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 't3' }]);
    await ledger.commit([{ ...hold('t4'), ...work } as Write]);
    expect((await agents.load(agent_id))?.held.t4).toEqual({ plan_id: 'p', task_id: 't', attempt: 1, ...work });
  });

  it('refuses slots of an agent that is unknown or has left', async () => {
    const { agents } = stores();
    const gone = `gone-${++plans}`;
    await agents.register(agent(gone));
    await agents.remove(gone, NOW);
    const hold = (agent_id: string): Write[] => [
      { kind: 'hold_slot', agent_id, ticket_id: 't', plan_id: 'p', task_id: 't', attempt: 1 },
    ];
    await conflict(hold(gone), [0]);
    await conflict(hold('never seen'), [0]);
  });

  it('writes the ticket, the slot and the queue of an assignment together or not at all', async () => {
    const { ledger, agents, queue } = stores();
    const spec = one();
    const agent_id = `full-${plans}`;
    await agents.register(agent(agent_id, { capacity: 1 }));
    await ledger.commit([createTicket(spec, sha256)]);
    const writes = readyWrites(await load(spec), { task_token: 't' }, NOW, sha256);
    const [, enqueue] = writes;
    if (enqueue?.kind !== 'enqueue') throw new Error('ready writes enqueue');
    const entry = { ...enqueue.entry, pool: `assignment-${plans}` };
    await ledger.commit([writes[0] as Write, { kind: 'enqueue', entry }]);
    const ready = await load(spec);
    const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
    const assign = (): Write[] => [
      appendToTicket(
        ready,
        { type: 'TicketAssigned', agent_id, attempt: 1, lease_ms: 15_000, explanation },
        NOW,
        sha256,
      ),
      { kind: 'hold_slot', agent_id, ticket_id: spec.ticket_id, plan_id: 'p', task_id: 'a', attempt: 1 },
      { kind: 'dequeue', entry },
    ];
    await ledger.commit([{ kind: 'hold_slot', agent_id, ticket_id: 'x', plan_id: 'p', task_id: 'x', attempt: 1 }]);
    await conflict(assign(), [1]);
    expect(await queue.list(entry.pool, 10)).toHaveLength(1);
    expect((await load(spec)).state.phase).toBe('ready');
    await ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 'x' }]);
    await ledger.commit(assign());
    expect(await queue.list(entry.pool, 10)).toEqual([]);
    expect(Object.keys((await agents.load(agent_id))?.held ?? {})).toEqual([spec.ticket_id]);
    await conflict(assign(), [0, 1]);
  });

  it('notes a sign of life of the running attempt under its claim, and of no other', async () => {
    const { ledger, agents } = stores();
    const spec = one();
    const agent_id = `alive-${plans}`;
    await agents.register(agent(agent_id));
    const claim = { agent_id, attempt: 1, claim_digest: 'd'.repeat(64) };
    expect(await ledger.touchTicket(spec.ticket_id, claim, NOW)).toBe(false);
    await ledger.commit([createTicket(spec, sha256)]);
    const append = async (event: Parameters<typeof appendToTicket>[1]) =>
      ledger.commit([appendToTicket(await load(spec), event, NOW, sha256)]);
    await append({ type: 'TicketReady', pool: 'any', queue_key: 'k', task_token: 't' });
    const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
    await append({ type: 'TicketAssigned', agent_id, attempt: 1, lease_ms: 15_000, explanation });
    expect(await ledger.touchTicket(spec.ticket_id, claim, NOW)).toBe(false);
    await append({ type: 'TicketStarted', ...claim, timeout_at: NOW + 1 });
    expect(await ledger.touchTicket(spec.ticket_id, { ...claim, agent_id: 'other' }, NOW)).toBe(false);
    expect(await ledger.touchTicket(spec.ticket_id, { ...claim, attempt: 2 }, NOW)).toBe(false);
    expect(await ledger.touchTicket(spec.ticket_id, { ...claim, claim_digest: 'e' }, NOW)).toBe(false);
    expect((await load(spec)).touched_at).toBeUndefined();
    expect(await ledger.touchTicket(spec.ticket_id, claim, NOW + 7)).toBe(true);
    const touched = await load(spec);
    expect(touched.touched_at).toBe(NOW + 7);
    expect(touched.head.version).toBe(4);
    const said = { agent_id: 'other', attempt: 1, code: 'TICKET_ASSIGNED_ELSEWHERE', status: 'COMPLETED' };
    const refused = { type: 'ReportRefused' as const, ...said, result_digest: 'd' };
    await ledger.commit([appendToTicket(touched, refused, NOW + 8, sha256)]);
    expect((await load(spec)).touched_at).toBe(NOW + 7);
  });

  it('notes that a ticket is settled, apart from its events', async () => {
    const { ledger } = stores();
    const spec = one();
    await ledger.commit([createTicket(spec, sha256)]);
    expect((await load(spec)).settled_at).toBeUndefined();
    await ledger.markSettled(spec.ticket_id, 2, NOW + 8);
    expect((await load(spec)).settled_at).toBeUndefined();
    await ledger.markSettled(spec.ticket_id, 1, NOW + 9);
    const settled = await load(spec);
    expect(settled).toMatchObject({ settled_at: NOW + 9, head: { version: 1 } });
    // What happens afterwards is to be settled again.
    await ledger.commit([appendToTicket(settled, { type: 'TicketCancelled', reason: 'r' }, NOW + 10, sha256)]);
    expect((await load(spec)).settled_at).toBeUndefined();
  });

  it('writes something only while a plan stands at the version that is named, and leaves the plan as it is', async () => {
    const { ledger } = stores();
    const plan_id = `stands-${++plans}`;
    const { tasks, execution_order: _, ...header } = parsedPlan({ plan_id });
    const received = {
      type: 'PlanReceived' as const,
      header,
      content_digest: 'd',
      tickets: tasks.length,
      deadline: NOW,
    };
    await ledger.commit([createPlan(received, NOW, sha256)]);
    const spec = one();
    await conflict([createTicket(spec, sha256), { kind: 'plan_at', plan_id, version: 2 }], [1]);
    expect(await ledger.loadTicket(spec.ticket_id)).toBeUndefined();
    const before = await ledger.loadPlan(plan_id);
    await ledger.commit([createTicket(spec, sha256), { kind: 'plan_at', plan_id, version: 1 }]);
    expect(await ledger.loadTicket(spec.ticket_id)).toBeDefined();
    expect(await ledger.loadPlan(plan_id)).toEqual(before);
    await conflict([{ kind: 'plan_at', plan_id: 'nobody', version: 1 }], [0]);
  });

  it('notes when a plan is looked at next, whatever is appended afterwards', async () => {
    const { ledger } = stores();
    const plan_id = `looked-at-${++plans}`;
    const { tasks, execution_order: _, ...header } = parsedPlan({ plan_id });
    const received = {
      type: 'PlanReceived' as const,
      header,
      content_digest: 'd',
      tickets: tasks.length,
      deadline: NOW,
    };
    await ledger.commit([createPlan(received, NOW, sha256)]);
    expect(await ledger.nextLookOf(plan_id)).toBeUndefined();
    await ledger.noteNextLook(plan_id, NOW + 60_000);
    expect(await ledger.nextLookOf(plan_id)).toBe(NOW + 60_000);
    const plan = await ledger.loadPlan(plan_id);
    if (plan === undefined) throw new Error('the plan is there');
    const failed = { type: 'PlanFailed' as const, reason: 'r', failed_tasks: [] };
    await ledger.commit([appendToPlan(plan, failed, NOW + 1, sha256)]);
    expect(await ledger.nextLookOf(plan_id)).toBe(NOW + 60_000);
    expect(await ledger.nextLookOf('nobody')).toBeUndefined();
  });

  it('keeps plans with their header, lists them newest first and knows their tickets', async () => {
    const { ledger } = stores();
    const base = NOW + 1_000_000 * ++plans;
    const write = (plan_id: string, at: number) => {
      const { tasks, execution_order: _, ...header } = parsedPlan({ plan_id });
      return createPlan(
        { type: 'PlanReceived', header, content_digest: 'd', tickets: tasks.length, deadline: at },
        at,
        sha256,
      );
    };
    const [older, newer] = [`listed-${plans}-older`, `listed-${plans}-newer`];
    await ledger.commit([write(older, base)]);
    await ledger.commit([write(newer, base + 1)]);
    await conflict([write(older, base)], [0]);
    const record = await ledger.loadPlan(older);
    if (record === undefined) throw new Error('the plan is there');
    expect(record.header.plan_id).toBe(older);
    const waits = { type: 'PlanAwaitingApproval' as const, reasons: ['r'], shape: 's' };
    await ledger.commit([appendToPlan(record, waits, base + 2, sha256)]);
    const state = (await ledger.loadPlan(older))?.state;
    expect(state).toMatchObject({ phase: 'awaiting_approval', reasons: ['r'] });
    expect(await ledger.loadPlanState(older)).toEqual(state);
    expect((await ledger.listPlans(2)).map(({ plan_id }) => plan_id)).toEqual([newer, older]);
    expect((await ledger.listPlans(1)).map(({ plan_id }) => plan_id)).toEqual([newer]);
    const specs = ticketsOf({ plan_id: older, tasks: [task('a'), dependent('b', 'a')] });
    await ledger.commit(specs.map((spec) => createTicket(spec, sha256)));
    expect((await ledger.ticketIdsOfPlan(older)).sort()).toEqual(specs.map(({ ticket_id }) => ticket_id).sort());
  });

  /** Of a plan that no other test has. */
  const incident = (cause: string) => ({
    incident_id: incidentIdOf(`ledger-${++plans}`, cause, sha256),
    workflow_id: `ledger-${plans}`,
    incident_type: 'INCONSISTENCY' as const,
    severity: 'HIGH' as const,
    details: ['what happened'],
    affected_tickets: [],
    trace_id: '0'.repeat(32),
    created_at: NOW,
  });

  it('keeps an incident once for one cause, open until it is resolved', async () => {
    const { ledger } = stores();
    const opened = incident('halted');
    await ledger.commit([openIncident(opened, sha256)]);
    await conflict([openIncident({ ...opened, created_at: NOW + 1 }, sha256)], [0]);
    const record = await ledger.loadIncident(opened.incident_id);
    if (record === undefined) throw new Error('the incident is there');
    expect(record.state).toMatchObject({ ...opened, status: 'open', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(record.head.version).toBe(1);
    const resolve = () => resolveWrite(record, { by: 'ops', why: 'mended' }, NOW + 2, sha256);
    await ledger.commit([resolve()]);
    await conflict([resolve()], [0]);
    expect(await ledger.loadIncident(opened.incident_id)).toMatchObject({
      head: { version: 2 },
      state: { status: 'resolved', resolved_at: NOW + 2, by: 'ops', why: 'mended' },
    });
  });

  it('writes an incident together with what it is about, or not at all', async () => {
    const { ledger } = stores();
    const spec = one();
    await ledger.commit([createTicket(spec, sha256)]);
    const opened = incident('stale');
    const stale = await load(spec);
    const cancel = () => appendToTicket(stale, { type: 'TicketCancelled', reason: 'test' }, NOW, sha256);
    await ledger.commit([cancel()]);
    await conflict([cancel(), openIncident(opened, sha256)], [0]);
    expect(await ledger.loadIncident(opened.incident_id)).toBeUndefined();
  });

  it('keeps a rejection once', async () => {
    const digest = sha256(`rejection ${++plans}`);
    const event = { type: 'PlanRejected' as const, digest, reissue: false, faults: [], faults_total: 0 };
    const write = () => createRejection(event, { plan_id: undefined }, NOW, sha256);
    await stores().ledger.commit([write()]);
    await conflict([write()], [0]);
    expect((await stores().ledger.loadRejection(digest))?.event).toEqual(event);
  });
});
