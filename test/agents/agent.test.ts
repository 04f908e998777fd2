import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { problemAnswer } from './edge.ts';
import { advanceUntil, eventually } from './fake-clock.ts';
import { controlledRun, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const AGENT = 'worker-1';

it('registers, claims what its inbox brings, runs it and reports the output', async () => {
  const { edge, inbox } = await startAgent({
    run: async (ticket, { log, attempt }) => {
      log(`attempt ${attempt} of ${ticket.task_id}`);
      return { artefact: 'a.tgz' };
    },
  });
  const ticket = ticketOf();
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => edge.reports.length === 1);
  expect(edge.agents.get(AGENT)).toMatchObject({ capabilities: ['build'], capacity: 1, ephemeral: false });
  expect(edge.reports[0]?.result).toMatchObject({
    ticket_id: ticket.ticket_id,
    status: 'COMPLETED',
    agent_id: AGENT,
    result: { success: true, output: { artefact: 'a.tgz' }, logs: ['attempt 1 of compile'] },
  });
  await eventually(() => inbox.left().length === 0);
});

it('claims with 24 random bytes, a new claim_id for each claim', async () => {
  const { edge, inbox } = await startAgent({ run: async () => ({}) });
  for (const ticket of [ticketOf(), ticketOf()]) {
    edge.add(ticket);
    inbox.push(assignmentOf(ticket, AGENT));
  }
  await eventually(() => edge.reports.length === 2);
  const ids = edge.claims.map((claim) => claim.claim_id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(24);
});

it('runs an assignment once, however often its message comes', async () => {
  let runs = 0;
  const { edge, inbox } = await startAgent({
    run: async () => {
      runs++;
      return {};
    },
  });
  const ticket = ticketOf();
  const last = ticketOf({ task_id: 'last' });
  edge.add(ticket);
  edge.add(last);
  for (let copy = 0; copy < 3; copy++) inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => edge.reports.length === 1);
  inbox.push(assignmentOf(ticket, AGENT));
  inbox.push(assignmentOf(last, AGENT));
  await eventually(() => edge.reports.length === 2);
  expect(runs).toBe(2);
  expect(edge.claims).toHaveLength(2);
});

it('takes up an assignment whose message was lost when the heartbeat names it, once', async () => {
  const { edge, clock } = await startAgent({ run: async () => ({}) });
  const ticket = ticketOf();
  edge.add(ticket);
  edge.held.push(assignmentOf(ticket, AGENT));
  clock.advance(5000);
  await eventually(() => edge.reports.length === 1);
  const beats = () => edge.calls.filter((call) => call.path.endsWith(`/${AGENT}/heartbeat`)).length;
  await eventually(() => clock.pending() > 0);
  clock.advance(5000);
  await eventually(() => beats() === 2);
  expect(edge.claims).toHaveLength(1);
});

it('never runs more than its capacity, and runs the rest as slots come free', async () => {
  const { run, running } = controlledRun();
  const { edge, inbox, clock } = await startAgent({ run, capacity: 2 });
  const tickets = ['a', 'b', 'c', 'd'].map((task_id) => ticketOf({ task_id }));
  for (const ticket of tickets) edge.add(ticket);
  for (const ticket of tickets.slice(0, 3)) inbox.push(assignmentOf(ticket, AGENT));
  edge.held.push(...tickets.map((ticket) => assignmentOf(ticket, AGENT)));
  await eventually(() => running.length === 2);
  clock.advance(5000); // the heartbeat offers the others, too
  await eventually(() => edge.calls.some((call) => call.path.endsWith(`/${AGENT}/heartbeat`)));
  expect(edge.claims).toHaveLength(2);
  running[0]?.finish();
  await eventually(() => running.length === 3);
  expect(edge.claims).toHaveLength(3);
  running[1]?.finish();
  running[2]?.finish();
  await eventually(() => running.length === 4);
  running[3]?.finish();
  await eventually(() => edge.reports.length === 4);
  expect(Math.max(...inbox.asked)).toBe(2);
});

it('registers again when the orchestrator does not know it any more', async () => {
  const { edge, clock } = await startAgent({ run: async () => ({}) });
  edge.agents.clear();
  clock.advance(5000);
  await eventually(() => edge.agents.has(AGENT));
  expect(edge.calls.filter((call) => call.method === 'PUT')).toHaveLength(2);
});

it('drops a message of no known kind, or for another agent, and goes on', async () => {
  const { edge, inbox, lines } = await startAgent({ run: async () => ({}) });
  const ticket = ticketOf();
  edge.add(ticket);
  inbox.push('not json');
  inbox.push({ ...assignmentOf(ticket, AGENT), kind: 'ticket_praised' });
  inbox.push(assignmentOf(ticket, 'somebody-else'));
  inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => edge.reports.length === 1 && inbox.left().length === 0);
  expect(edge.claims).toHaveLength(1);
  expect(lines.join('\n')).toMatch(/no known kind[\s\S]*ticket_praised[\s\S]*another agent's/);
});

it('goes on receiving after the inbox failed', async () => {
  const { edge, inbox, clock, lines } = await startAgent({ run: async () => ({}) });
  const first = ticketOf();
  const second = ticketOf();
  edge.add(first);
  edge.add(second);
  inbox.failNext(new Error('queue is away'));
  inbox.push(assignmentOf(first, AGENT)); // ends the receive that is under way; the next one fails
  await eventually(() => lines.some((line) => line.includes('queue is away')));
  inbox.push(assignmentOf(second, AGENT));
  clock.advance(1000);
  await eventually(() => edge.reports.length === 2);
});

it('takes an assignment up again at a heartbeat when the claim could not be made', async () => {
  const { edge, inbox, clock, lines } = await startAgent({ run: async () => ({}) });
  const ticket = ticketOf();
  edge.add(ticket);
  edge.fail('POST claim', ...Array.from({ length: 100 }, () => problemAnswer(503, 'TRY_AGAIN')));
  inbox.push(assignmentOf(ticket, AGENT));
  while (!lines.some((line) => line.startsWith('claim failed'))) {
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  edge.held.push(assignmentOf(ticket, AGENT));
  while (edge.reports.length === 0) {
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(edge.reports[0]?.result.status).toBe('COMPLETED');
});

it('claims with the same claim_id again when all answers of a claim were lost', async () => {
  const { edge, inbox, clock, lines } = await startAgent({ run: async () => ({}) });
  const ticket = ticketOf();
  edge.add(ticket);
  edge.loseAnswer('POST claim', Number.POSITIVE_INFINITY);
  inbox.push(assignmentOf(ticket, AGENT));
  await advanceUntil(clock, 1000, () => lines.some((line) => line.startsWith('claim failed')));
  edge.loseAnswer('POST claim', 0);
  edge.held.push(assignmentOf(ticket, AGENT));
  await advanceUntil(clock, 1000, () => edge.reports.length === 1);
  expect(new Set(edge.claims.map(({ claim_id }) => claim_id)).size).toBe(1);
});

it('takes an assignment up again at a heartbeat when something in between refused its claim', async () => {
  const { edge, inbox, clock, lines } = await startAgent({ run: async () => ({}) });
  const ticket = ticketOf();
  edge.add(ticket);
  edge.fail('POST claim', { status: 401, body: { message: 'Unauthorized' } });
  inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => lines.some((line) => line.startsWith('claim failed')));
  edge.held.push(assignmentOf(ticket, AGENT));
  await advanceUntil(clock, 1000, () => edge.reports.length === 1);
});

it('leaves an assignment alone that the orchestrator refuses to let it claim', async () => {
  const { edge, inbox, lines } = await startAgent({ run: async () => ({}) });
  const unknown = ticketOf();
  const good = ticketOf();
  edge.add(good);
  inbox.push(assignmentOf(unknown, AGENT));
  inbox.push(assignmentOf(good, AGENT));
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.ticket_id).toBe(good.ticket_id);
  expect(lines.find((line) => line.startsWith('claim failed'))).toContain('TICKET_UNKNOWN');
});

it('makes up an id, and an inbox that goes with it, when it is given none', async () => {
  const { agent, edge } = await startAgent({ run: async () => ({}), agentId: `agent-${randomUUID().slice(0, 8)}` });
  expect(edge.agents.get(agent.agentId)?.ephemeral).toBe(false);
  const { createAgent } = await import('../../agents/sdk/agent.ts');
  const anonymous = () =>
    createAgent({ api: {} as never, inbox: {} as never, capabilities: ['build'], run: async () => ({}) }).agentId;
  expect(anonymous()).toMatch(/^agent-[0-9a-f]{12}$/);
  expect(anonymous()).not.toBe(anonymous());
});
