import { expect, it } from 'vitest';
import { TicketFailure } from '../../agents/sdk/failures.ts';
import type { Run } from '../../agents/sdk/run-context.ts';
import { executionResult } from '../../core/messages/execution-result.ts';
import { problemAnswer } from './edge.ts';
import { advanceUntil, eventually } from './fake-clock.ts';
import { controlledRun, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const AGENT = 'worker-1';

async function attempt(run: Run, timing: { timeoutInMs?: number; leaseMs?: number } = {}) {
  const started = await startAgent({ run });
  const ticket = ticketOf();
  const { timeoutInMs = 60_000, leaseMs = 30_000 } = timing;
  started.edge.add(ticket, { timeoutAt: started.clock.now() + timeoutInMs, leaseMs });
  started.inbox.push(assignmentOf(ticket, AGENT));
  return { ...started, ticket };
}

async function reportOf(run: Run) {
  const { edge } = await attempt(run);
  await eventually(() => edge.reports.length === 1);
  return edge.reports[0]?.result;
}

it('fails the ticket with the reason, code and output of a TicketFailure', async () => {
  const result = await reportOf(async () => {
    throw new TicketFailure('3 tests failed', { code: 'TESTS_FAILED', retryable: false, output: { failed: '3' } });
  });
  expect(result).toMatchObject({
    status: 'FAILED',
    error_message: '3 tests failed',
    error: { code: 'TESTS_FAILED', retryable: false },
    result: { success: false, output: { failed: '3' } },
  });
});

it('fails the ticket, retryable, with the message of anything else that is thrown', async () => {
  const result = await reportOf(() => {
    throw new TypeError('undefined is not a release');
  });
  expect(result).toMatchObject({
    status: 'FAILED',
    error_message: 'undefined is not a release',
    error: { code: 'RUN_FAILED', retryable: true },
  });
});

it('aborts at the attempt’s timeout and reports ATTEMPT_TIMEOUT', async () => {
  const { run, running } = controlledRun();
  const { edge, clock } = await attempt(run, { timeoutInMs: 7000 });
  await eventually(() => running.length === 1);
  clock.advance(6999);
  expect(running[0]?.signal.aborted).toBe(false);
  clock.advance(1);
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'FAILED',
    error: { code: 'ATTEMPT_TIMEOUT', retryable: true },
    actual_duration_ms: 7000,
  });
  expect(edge.reports[0]?.result.error_message).toContain('told to stop');
});

it('sends a heartbeat every third of the lease with the fence of its claim, and none after the report', async () => {
  const { run, running } = controlledRun();
  const { edge, clock, ticket } = await attempt(run, { leaseMs: 9000 });
  await eventually(() => running.length === 1);
  for (let beats = 1; beats <= 3; beats++) {
    const timers = clock.pending();
    clock.advance(3000);
    await eventually(() => edge.heartbeats.length === beats && clock.pending() >= timers - 1);
    await eventually(() => clock.pending() >= 3); // timeout, agent heartbeat, next ticket heartbeat
  }
  expect(edge.heartbeats[0]).toEqual({ ticketId: ticket.ticket_id, fence: edge.claims[0] });
  running[0]?.finish();
  await eventually(() => edge.reports.length === 1);
  await eventually(() => clock.pending() === 1);
  clock.advance(4000);
  expect(edge.heartbeats).toHaveLength(3);
});

it.each([
  [410, 'TICKET_FINISHED'],
  [409, 'TICKET_ATTEMPT_STALE'],
  [404, 'TICKET_UNKNOWN'],
])('stops working when a heartbeat is answered with %i %s, logs why and reports nothing', async (status, code) => {
  const { run, running } = controlledRun();
  const { edge, clock, lines, inbox } = await attempt(run);
  edge.fail('POST heartbeat', problemAnswer(status, code));
  await eventually(() => running.length === 1);
  clock.advance(10_000);
  await eventually(() => running[0]?.signal.aborted === true);
  expect(lines.find((line) => line.startsWith('ticket lost'))).toContain(code);
  const next = ticketOf();
  edge.add(next);
  inbox.push(assignmentOf(next, AGENT));
  await eventually(() => running.length === 2); // its slot is free again
  expect(edge.reports).toEqual([]);
  running[1]?.finish();
});

it('works on when a heartbeat fails in passing', async () => {
  const { run, running } = controlledRun();
  const { edge, clock, lines } = await attempt(run);
  edge.fail('POST heartbeat', problemAnswer(503, 'TRY_AGAIN'));
  await eventually(() => running.length === 1);
  clock.advance(10_000);
  await eventually(() => lines.some((line) => line.startsWith('ticket heartbeat failed')));
  running[0]?.finish();
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.status).toBe('COMPLETED');
});

it('repeats a report that is answered with 503, 429 or 500 until it is taken', async () => {
  const { edge, clock } = await attempt(async () => ({}));
  const answers = [
    problemAnswer(503, 'TRY_AGAIN'),
    problemAnswer(429, 'THROTTLED'),
    { status: 502, body: 'bad gateway' },
  ];
  edge.fail('POST report', ...answers);
  await advanceUntil(clock, 100, () => edge.reports.length === 1);
  expect(edge.calls.filter((call) => call.path.endsWith('/report'))).toHaveLength(4);
});

it('gives up reporting when the attempt’s time is up, with a line in the log', async () => {
  const { edge, clock, lines } = await attempt(async () => ({}));
  edge.fail('POST report', ...Array.from({ length: 200 }, () => problemAnswer(503, 'TRY_AGAIN')));
  const start = clock.now();
  await advanceUntil(clock, 1000, () => lines.some((line) => line.startsWith('result not accepted')));
  expect(edge.calls.filter((call) => call.path.endsWith('/report')).length).toBeGreaterThan(5);
  expect(clock.now() - start).toBeGreaterThan(40_000);
});

it.each([
  [409, 'TICKET_ALREADY_REPORTED'],
  [410, 'TICKET_FINISHED'],
  [400, 'MESSAGE_INVALID'],
])('does not repeat a report refused with %i %s', async (status, code) => {
  const { edge, lines } = await attempt(async () => ({}));
  edge.fail('POST report', problemAnswer(status, code));
  await eventually(() => lines.some((line) => line.startsWith('result not accepted')));
  expect(lines.find((line) => line.startsWith('result not accepted'))).toContain(code);
  expect(edge.calls.filter((call) => call.path.endsWith('/report'))).toHaveLength(1);
});

it('reports RESULT_TOO_LARGE, without the result, when the API finds the result too large', async () => {
  const { edge } = await attempt(async () => ({ some: 'output' }));
  edge.fail('POST report', problemAnswer(413, 'RESULT_TOO_LARGE'));
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'FAILED',
    error: { code: 'RESULT_TOO_LARGE', retryable: false },
  });
  expect(edge.reports[0]?.result.result).toBeUndefined();
});

it.each([403, 404, 408, 502])('works on when a gateway answers its heartbeat with %i', async (status) => {
  const { run, running } = controlledRun();
  const { edge, clock, lines } = await attempt(run);
  edge.fail('POST heartbeat', { status, body: { message: 'Forbidden' } });
  await eventually(() => running.length === 1);
  clock.advance(10_000);
  await eventually(() => lines.some((line) => line.startsWith('ticket heartbeat failed')));
  running[0]?.finish();
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.status).toBe('COMPLETED');
});

it.each(['claim', 'report'])('repeats a %s that a gateway refuses', async (operation) => {
  const { run, running } = controlledRun();
  const started = await startAgent({ run });
  const ticket = ticketOf();
  started.edge.add(ticket);
  const answers = [403, 404, 408].map((status) => ({ status, body: { message: 'not now' } }));
  started.edge.fail(`POST ${operation}`, ...answers);
  started.inbox.push(assignmentOf(ticket, AGENT));
  await advanceUntil(started.clock, 100, () => running.length === 1);
  running[0]?.finish();
  await advanceUntil(started.clock, 100, () => started.edge.reports.length === 1);
  expect(started.edge.reports[0]?.result.status).toBe('COMPLETED');
});

it('shortens a code that is longer than a report may say', async () => {
  const result = await reportOf(async () => {
    throw new TicketFailure('no', { code: 'X'.repeat(200) });
  });
  expect(result?.error?.code).toBe('X'.repeat(128));
  const withCode = (code: string) => executionResult.safeParse({ ...result, error: { code } }).success;
  expect([withCode('X'.repeat(128)), withCode('X'.repeat(129))]).toEqual([true, false]);
});
