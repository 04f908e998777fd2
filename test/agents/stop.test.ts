import { expect, it } from 'vitest';
import { createAgent } from '../../agents/sdk/agent.ts';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { problemAnswer } from './edge.ts';
import { advanceUntil, eventually, fakeClock } from './fake-clock.ts';
import { memoryInbox } from './memory-inbox.ts';
import { controlledRun, edgeForTest, KEYS, recordingLogger, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const AGENT = 'worker-1';

async function runningAgent() {
  const { run, running } = controlledRun();
  const started = await startAgent({ run, graceMs: 10_000 });
  const ticket = ticketOf();
  started.edge.add(ticket);
  started.inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => running.length === 1);
  return { ...started, running, ticket };
}

it('asks for no more tickets first when stopped, lets what runs finish, and is removed last', async () => {
  const { agent, edge, inbox, running } = await runningAgent();
  const another = ticketOf();
  edge.add(another);
  const stopped = agent.stop();
  inbox.push(assignmentOf(another, AGENT));
  await eventually(() => edge.draining.has(AGENT));
  expect(edge.removed).toEqual([]);
  expect(running[0]?.signal.aborted).toBe(false);
  running[0]?.finish({ kept: 'yes' });
  await stopped;
  expect(edge.reports.map((report) => report.result.status)).toEqual(['COMPLETED']);
  expect(edge.removed).toEqual([AGENT]);
  expect(edge.claims).toHaveLength(1);
  expect(edge.calls.at(-1)).toMatchObject({ method: 'DELETE', path: `/agents/${AGENT}` });
});

it('runs what was assigned to it a moment before it signed off, and is removed after', async () => {
  const { agent, edge, clock, running } = await runningAgent();
  const [beatFinds, lastLookFinds] = [ticketOf(), ticketOf()];
  edge.add(beatFinds);
  edge.add(lastLookFinds);
  edge.held.push(assignmentOf(beatFinds, AGENT));
  const stopped = agent.stop();
  clock.advance(5000);
  await eventually(() => edge.calls.some((call) => call.path === `/agents/${AGENT}/heartbeat`));
  running[0]?.finish();
  await eventually(() => running.length === 2);
  edge.held.push(assignmentOf(lastLookFinds, AGENT));
  expect(edge.removed).toEqual([]);
  running[1]?.finish();
  await eventually(() => running.length === 3);
  running[2]?.finish();
  await stopped;
  expect(edge.reports.map((report) => report.result.status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  expect(edge.removed).toEqual([AGENT]);
});

it('hands back what still waits for a slot when it is stopped a second time, without beginning it', async () => {
  const { agent, edge, clock, running } = await runningAgent();
  const waiting = ticketOf();
  edge.add(waiting);
  edge.held.push(assignmentOf(waiting, AGENT));
  const beats = () => edge.calls.filter((call) => call.path === `/agents/${AGENT}/heartbeat`).length;
  clock.advance(5000);
  await eventually(() => beats() === 1);
  void agent.stop();
  await agent.stop();
  expect(edge.reports.map(({ result }) => [result.ticket_id, result.error])).toContainEqual([
    waiting.ticket_id,
    { code: 'AGENT_STOPPING', retryable: true },
  ]);
  expect(running).toHaveLength(1);
  expect(edge.removed).toEqual([AGENT]);
});

it('does not register again when it is unknown after it was stopped', async () => {
  const { agent, edge, clock, running, lines } = await runningAgent();
  const stopped = agent.stop();
  await eventually(() => edge.draining.has(AGENT));
  edge.fail('POST agent-heartbeat', problemAnswer(404, 'AGENT_UNKNOWN'));
  clock.advance(5000);
  await eventually(() => lines.some((line) => line.startsWith('heartbeat failed')));
  running[0]?.finish();
  await stopped;
  expect(edge.calls.filter((call) => call.method === 'PUT')).toHaveLength(1);
});

it('leaves, with a line in the log, although it holds a ticket that it can do nothing for', async () => {
  const { agent, edge, lines, running } = await runningAgent();
  edge.fail('POST report', problemAnswer(400, 'MESSAGE_INVALID'));
  const stopped = agent.stop();
  running[0]?.finish();
  await stopped;
  expect(lines.join('\n')).toContain('leaves while it still holds tickets');
});

it('aborts what runs and reports it failed, retryable, when stopped a second time', async () => {
  const { agent, edge, running } = await runningAgent();
  void agent.stop();
  await agent.stop();
  expect(running[0]?.signal.aborted).toBe(true);
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'FAILED',
    error: { code: 'AGENT_STOPPING', retryable: true },
  });
  expect(edge.removed).toEqual([AGENT]);
});

it('aborts what runs when the grace period is over', async () => {
  const { agent, edge, clock } = await runningAgent();
  const stopped = agent.stop();
  clock.advance(9999);
  expect(edge.reports).toEqual([]);
  clock.advance(1);
  await eventually(() => edge.reports.length === 1);
  await stopped;
  expect(edge.reports[0]?.result.error?.code).toBe('AGENT_STOPPING');
});

it('leaves although its work does not listen, reporting that it failed', async () => {
  const { agent, edge, inbox, clock } = await startAgent({ run: () => new Promise(() => {}), abortGraceMs: 6000 });
  const ticket = ticketOf();
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => edge.claims.length === 1 && clock.pending() === 3);
  void agent.stop();
  const left = agent.stop();
  await advanceUntil(clock, 1000, () => edge.removed.length === 1);
  await left;
  expect(edge.reports[0]?.result.result?.logs.at(-1)).toContain('did not end when told to');
});

it('leaves no timer behind', async () => {
  const { agent, clock, running } = await runningAgent();
  const stopped = agent.stop();
  running[0]?.finish();
  await stopped;
  expect(clock.pending()).toBe(0);
});

it('leaves although signing off fails', async () => {
  const { agent, edge, clock, lines } = await startAgent({ run: async () => ({}) });
  edge.fail('DELETE agent', ...Array.from({ length: 50 }, () => problemAnswer(500, 'INTERNAL')));
  let left = false;
  void agent.stop().then(() => {
    left = true;
  });
  await advanceUntil(clock, 500, () => left);
  expect(lines.join('\n')).toContain('could not sign off');
});

async function unstarted() {
  const edge = await edgeForTest();
  const clock = fakeClock();
  const api = createApiClient({ baseUrl: edge.url, region: 'us-east-1', credentials: KEYS });
  const { lines: _, ...logger } = recordingLogger();
  const common = { capabilities: ['build'], run: async () => ({}), agentId: AGENT, random: () => 0.5 };
  return { edge, clock, agent: createAgent({ api, clock, logger, inbox: memoryInbox(), ...common }) };
}

it('keeps trying to register while the API is away', async () => {
  const { edge, clock, agent } = await unstarted();
  edge.fail('PUT agent', problemAnswer(503, 'TRY_AGAIN'), problemAnswer(500, 'INTERNAL'));
  const started = agent.start();
  await advanceUntil(clock, 100, () => edge.agents.has(AGENT));
  await started;
  await agent.stop();
});

it('says so at once when its registration is refused', async () => {
  const { edge, agent } = await unstarted();
  edge.fail('PUT agent', problemAnswer(400, 'MESSAGE_INVALID'));
  await expect(agent.start()).rejects.toMatchObject({ code: 'MESSAGE_INVALID', status: 400 });
  await expect(agent.done).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
});

it('signs off again when stopped while it registers', async () => {
  const { edge, clock, agent } = await unstarted();
  const started = agent.start();
  const stopped = agent.stop();
  await Promise.all([started, stopped]);
  expect(edge.removed).toEqual([AGENT]);
  expect(clock.pending()).toBe(0);
});
