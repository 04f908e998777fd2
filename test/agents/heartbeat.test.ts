import { expect, it } from 'vitest';
import { createAttempts } from '../../agents/sdk/attempts.ts';
import { createHeartbeat } from '../../agents/sdk/heartbeat.ts';
import type { AgentHeartbeatAnswer, AgentHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { problemAnswer } from './edge.ts';
import { advanceUntil, eventually, fakeClock } from './fake-clock.ts';
import { controlledRun, recordingLogger, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const AGENT = 'worker-1';

/** An agent that runs `count` tickets. */
async function working(options: { count?: number; leaseMs?: number } = {}) {
  const { count = 1, leaseMs = 30_000 } = options;
  const { run, running } = controlledRun();
  const started = await startAgent({ run, capacity: 3 });
  const tickets = Array.from({ length: count }, (_, index) => ticketOf({ task_id: `task-${index}` }));
  for (const ticket of tickets) {
    started.edge.add(ticket, { leaseMs });
    started.inbox.push(assignmentOf(ticket, AGENT));
  }
  await eventually(() => running.length === count);
  const { clock, answered } = started;
  /** One more beat, and its answer. */
  const beat = async (ms = 5000) => {
    const before = answered();
    clock.advance(ms);
    await eventually(() => answered() === before + 1);
  };
  return { ...started, tickets, running, beat };
}

it('tells in one call of all that runs, with the claims, and no more of what was reported', async () => {
  const { edge, running, tickets, lines, beat } = await working({ count: 3 });
  await beat();
  const claims = edge.claims.map(({ claim_id }) => claim_id);
  expect(edge.beats[0]?.map(({ ticket_id }) => ticket_id).sort()).toEqual(tickets.map((t) => t.ticket_id).sort());
  expect(edge.beats[0]?.map(({ claim_id }) => claim_id).sort()).toEqual([...claims].sort());
  expect(edge.calls.filter(({ path }) => path.endsWith('/heartbeat'))).toHaveLength(1);
  running[1]?.finish();
  await eventually(() => lines.some((line) => line.startsWith('ticket completed')));
  await beat();
  expect(edge.beats[1]?.map(({ ticket_id }) => ticket_id)).not.toContain(edge.reports[0]?.result.ticket_id);
  expect(edge.beats[1]).toHaveLength(2);
});

it('beats as it registered, and every third of a lease while one is shorter than that', async () => {
  const { clock, edge, running, lines, beat } = await working({ leaseMs: 9000 });
  clock.advance(2999);
  expect(edge.beats).toHaveLength(0);
  await beat(1);
  await beat(3000);
  running[0]?.finish();
  await eventually(() => lines.some((line) => line.startsWith('ticket completed')));
  await beat(3000); // was due before the report
  await beat(5000);
});

it.each(['TICKET_FINISHED', 'TICKET_ATTEMPT_STALE', 'TICKET_UNKNOWN'])(
  'stops the work on just that ticket which the answer names with %s, reports nothing, and frees its slot',
  async (code) => {
    const { edge, inbox, running, tickets, lines, beat } = await working({ count: 3 });
    edge.stop.push({ ticket_id: tickets[1]?.ticket_id ?? '', attempt: 1, code });
    await beat();
    await eventually(() => running.some(({ signal }) => signal.aborted));
    expect(running.map(({ taskId, signal }) => [taskId, signal.aborted])).toContainEqual(['task-1', true]);
    expect(running.filter(({ signal }) => signal.aborted)).toHaveLength(1);
    expect(lines.find((line) => line.startsWith('ticket lost'))).toContain(code);
    const next = ticketOf();
    edge.add(next);
    inbox.push(assignmentOf(next, AGENT));
    await eventually(() => running.length === 4);
    expect(edge.reports).toEqual([]);
    await beat();
    expect(edge.beats.at(-1)?.map(({ ticket_id }) => ticket_id)).not.toContain(tickets[1]?.ticket_id);
  },
);

it.each([
  ['the API answers with 503', problemAnswer(503, 'TRY_AGAIN')],
  ['a gateway answers with 403', { status: 403, body: { message: 'Forbidden' } }],
  ['a gateway answers with 404', { status: 404, body: { message: 'Not Found' } }],
])('asks again sooner, and works on, when %s to heartbeats', async (_case, answer) => {
  const { edge, clock, running, lines, beat } = await working({ leaseMs: 15_000 });
  edge.fail('POST agent-heartbeat', answer, answer, answer);
  for (const [index, ms] of [5000, 1667, 1667].entries()) {
    clock.advance(ms);
    await eventually(() => lines.filter((line) => line.startsWith('heartbeat failed')).length === index + 1);
  }
  await beat(1667);
  await beat(5000);
  running[0]?.finish();
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.status).toBe('COMPLETED');
});

it('gives its attempts up when heartbeats fail for as long as their lease: others have them', async () => {
  const { edge, clock, running, lines } = await working({ leaseMs: 15_000 });
  edge.fail('POST agent-heartbeat', ...Array.from({ length: 100 }, () => problemAnswer(503, 'TRY_AGAIN')));
  clock.advance(14_999);
  expect(running[0]?.signal.aborted).toBe(false);
  clock.advance(1);
  await eventually(() => lines.some((line) => line.startsWith('ticket lost')));
  expect(running[0]?.signal.aborted).toBe(true);
  expect(lines.join('\n')).toContain('LEASE_EXPIRED');
  expect(edge.reports).toEqual([]);
});

it('counts a lease from when the heartbeat was sent that kept it', async () => {
  const { edge, clock, running, beat } = await working({ leaseMs: 15_000 });
  await beat();
  const lastKept = clock.now();
  edge.fail('POST agent-heartbeat', ...Array.from({ length: 100 }, () => problemAnswer(503, 'TRY_AGAIN')));
  await advanceUntil(clock, 1000, () => running[0]?.signal.aborted === true);
  expect(clock.now() - lastKept).toBe(15_000);
});

it('keeps the lease at once when an earlier claim, whose answer was lost, may have begun it', async () => {
  const { run, running } = controlledRun();
  const { edge, inbox, clock } = await startAgent({ run });
  const ticket = ticketOf();
  edge.add(ticket, { leaseMs: 15_000 });
  edge.loseAnswer('POST claim');
  inbox.push(assignmentOf(ticket, AGENT));
  await advanceUntil(clock, 50, () => running.length === 1);
  await eventually(() => edge.beats.length === 1);
  expect(edge.beats[0]).toEqual([{ ticket_id: ticket.ticket_id, attempt: 1, claim_id: edge.claims[0]?.claim_id }]);
});

/** A heartbeat whose calls are answered by hand. */
function byHand(intervalMs = 5000) {
  const clock = fakeClock();
  const attempts = createAttempts(clock);
  const calls: {
    request: AgentHeartbeatRequest | undefined;
    answer: (answer?: Partial<AgentHeartbeatAnswer>) => void;
  }[] = [];
  const { lines, ...logger } = recordingLogger();
  const heartbeat = createHeartbeat({
    api: {
      heartbeat: (_id, request) =>
        new Promise((resolve) => {
          const answer = { agent_id: AGENT, draining: false, assignments: [], stop: [], tokens: [] };
          calls.push({ request, answer: (changes) => resolve({ ...answer, ...changes }) });
        }),
    },
    agentId: AGENT,
    attempts,
    clock,
    logger,
    intervalMs: () => intervalMs,
  });
  heartbeat.start();
  const begin = (leaseMs = 15_000) => {
    const underWay = attempts.begin(assignmentOf(ticketOf(), AGENT));
    const token = { token: 'token', tokenAt: clock.now(), tokenExpiresAt: clock.now() + 900_000 };
    underWay.leased({ claimId: `claim-${calls.length}`, leaseMs, renewedAt: clock.now(), ...token, sure: true });
    return underWay;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, attempts, calls, heartbeat, begin, settle, lines };
}

it('is not held up by a call that hangs, and takes late answers for when they were asked', async () => {
  const { clock, calls, begin, settle } = byHand();
  const underWay = begin();
  clock.advance(10_000);
  expect(calls).toHaveLength(2);
  clock.advance(2000);
  calls[1]?.answer(); // sent at 10 s: until 25 s
  await settle();
  calls[0]?.answer(); // sent at 5 s: changes nothing
  await settle();
  clock.advance(12_999);
  expect(underWay.signal.aborted).toBe(false);
  clock.advance(1);
  expect(underWay.signal.aborted).toBe(true);
});

it('has no more than three calls under way', () => {
  const { clock, calls } = byHand();
  clock.advance(60_000);
  expect(calls).toHaveLength(3);
});

it('heeds no loss once the work is over: the report is answered with how it stands', async () => {
  const { clock, attempts, begin } = byHand();
  const underWay = begin();
  underWay.workEnded();
  attempts.lose(attempts.running()[0]?.ticket_id ?? '', 1, 'TICKET_FINISHED', 'late');
  clock.advance(15_000);
  expect(underWay.signal.aborted).toBe(false);
  expect(attempts.running()).toHaveLength(1);
});

it('sends nothing more once it is stopped, and leaves no timer', async () => {
  const { clock, calls, heartbeat, begin } = byHand();
  const underWay = begin();
  clock.advance(5000);
  heartbeat.stop();
  underWay.end();
  calls[0]?.answer();
  expect(clock.pending()).toBe(0);
  begin().end();
  expect(clock.pending()).toBe(0);
});
