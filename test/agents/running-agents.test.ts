import { expect, it } from 'vitest';
import { createApiClient, runCommandAgent, runReplayAgent, stopOnSignals } from '../../agents/index.ts';
import { problemAnswer } from './edge.ts';
import { eventually, fakeClock } from './fake-clock.ts';
import { memoryInbox } from './memory-inbox.ts';
import { edgeForTest, KEYS, recordingLogger, startAgent } from './setup.ts';
import { assignmentOf, ticketOf, undoTicketOf, withdrawalOf } from './tickets.ts';

async function surroundings(timing: { heartbeatIntervalMs?: number } = {}) {
  const edge = await edgeForTest(timing);
  const inbox = memoryInbox();
  const { lines: logged, ...logger } = recordingLogger();
  const api = createApiClient({ baseUrl: edge.url, region: 'us-east-1', credentials: KEYS });
  return { edge, inbox, logged, options: { api, inbox, logger } };
}

it('runs a real program for each ticket, as many at a time as it has slots, and streams what it prints', async () => {
  const { edge, inbox, options } = await surroundings();
  const printed: string[] = [];
  const agent = runCommandAgent({
    ...options,
    capabilities: ['build', 'test'],
    capacity: 2,
    command: ['sh', '-c', 'echo "building $HIVE_TASK_ID"; echo "artefact=$HIVE_TASK_ID.tgz" >> "$HIVE_OUTPUT"'],
    onLine: (ticket, line) => printed.push(`${ticket.task_id} | ${line}`),
  });
  await agent.started;
  const tickets = ['a', 'b', 'c'].map((task_id) => ticketOf({ task_id }));
  for (const ticket of tickets) {
    edge.add(ticket);
    inbox.push(assignmentOf(ticket, agent.agentId));
  }
  await eventually(() => edge.reports.length === 3);
  await agent.stop();
  expect(edge.reports.map((report) => report.result.result?.output.artefact).sort()).toEqual([
    'a.tgz',
    'b.tgz',
    'c.tgz',
  ]);
  expect([...printed].sort()).toEqual(['a | building a', 'b | building b', 'c | building c']);
  expect(edge.removed).toEqual([agent.agentId]);
});

it('goes on giving signs of life while a program blocks', async () => {
  const { edge, inbox, options } = await surroundings({ heartbeatIntervalMs: 20 });
  const script = 'process.stdout.write("blocked\\n"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
  let blocked = false;
  const agent = runCommandAgent({
    ...options,
    capabilities: ['build'],
    command: [process.execPath, '-e', script],
    onLine: () => (blocked = true),
  });
  await agent.started;
  const ticket = ticketOf();
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, agent.agentId));
  await eventually(() => blocked);
  const before = edge.beats.length;
  await eventually(() => edge.beats.length >= before + 3);
  expect(edge.beats.at(-1)).toMatchObject([{ ticket_id: ticket.ticket_id, attempt: 1 }]);
  inbox.push(withdrawalOf(ticket, agent.agentId));
  await eventually(() => edge.beats.at(-1)?.length === 0);
  await agent.stop();
  expect(edge.reports).toEqual([]);
});

it('undoes a ticket with the program of the agent', async () => {
  const { edge, inbox, options } = await surroundings();
  const command = ['sh', '-c', 'echo "undid=$HIVE_TASK_TYPE $HIVE_UNDO_OF" >> "$HIVE_OUTPUT"'];
  const agent = runCommandAgent({ ...options, capabilities: ['build'], command });
  await agent.started;
  const ticket = undoTicketOf('deploy');
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, agent.agentId));
  await eventually(() => edge.reports.length === 1);
  await agent.stop();
  expect(edge.reports[0]?.result.result?.output).toEqual({ undid: 'COMPENSATE deploy' });
});

it('keeps a ticket’s log lines for its result', async () => {
  const { edge, inbox, options } = await surroundings();
  const command = ['sh', '-c', 'echo one; echo two >&2; exit 3'];
  const agent = runCommandAgent({ ...options, capabilities: ['build'], command });
  await agent.started;
  const ticket = ticketOf();
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, agent.agentId));
  await eventually(() => edge.reports.length === 1);
  await agent.stop();
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'FAILED',
    error: { code: 'COMMAND_FAILED', retryable: true },
  });
  expect([...(edge.reports[0]?.result.result?.logs ?? [])].sort()).toEqual(['one', 'two']);
});

it('asks for a program before it registers', async () => {
  const { edge, options } = await surroundings();
  expect(() => runCommandAgent({ ...options, capabilities: ['build'], command: [] })).toThrow(RangeError);
  expect(edge.calls).toEqual([]);
});

it('tells through done and started when it cannot register', async () => {
  const { edge, options } = await surroundings();
  edge.fail('PUT agent', problemAnswer(400, 'MESSAGE_INVALID'));
  const agent = runCommandAgent({ ...options, capabilities: ['build'], command: ['true'] });
  await expect(agent.started).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  await expect(agent.done).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
});

it('replays a recorded ticket and marks the report', async () => {
  const { edge, inbox, options } = await surroundings();
  const clock = fakeClock();
  const agent = runReplayAgent({ ...options, clock, capabilities: ['replay'] });
  await agent.started;
  const ticket = ticketOf({ metadata: { recorded_runtime_ms: '90000', scale: '0.01', source: 'wfformat' } });
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, agent.agentId));
  await eventually(() => clock.pending() === 4); // heartbeat, lease, timeout, the replay
  clock.advance(900);
  await eventually(() => edge.reports.length === 1);
  await agent.stop();
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'COMPLETED',
    actual_duration_ms: 900,
    result: { output: { replayed: 'true', recorded_runtime_ms: '90000', spent_ms: '900' } },
  });
});

it('stops on a signal, and listens to none after it has left', async () => {
  const { agent, edge } = await startAgent({ run: async () => ({}) });
  stopOnSignals(agent, ['SIGUSR2']);
  process.emit('SIGUSR2');
  await agent.done;
  expect(edge.removed).toEqual(['worker-1']);
  expect(process.listenerCount('SIGUSR2')).toBe(0);
});
