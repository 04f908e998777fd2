import { expect, it } from 'vitest';
import { TicketFailure } from '../../agents/sdk/failures.ts';
import type { Run } from '../../agents/sdk/run-context.ts';
import { executionResult } from '../../core/messages/execution-result.ts';
import { problemAnswer } from './edge.ts';
import { advanceUntil, eventually } from './fake-clock.ts';
import { controlledRun, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const AGENT = 'worker-1';

async function attempt(run: Run, timing: { timeoutInMs?: number } = {}) {
  const started = await startAgent({ run });
  const ticket = ticketOf();
  const { timeoutInMs = 60_000 } = timing;
  started.edge.add(ticket, { timeoutAt: started.clock.now() + timeoutInMs });
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

it('gives the work the key that all attempts of the ticket share', async () => {
  const { edge, ticket } = await attempt(async (_ticket, { idempotencyKey, compensates }) => ({
    idempotencyKey,
    compensates: String(compensates),
  }));
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.result?.output).toEqual({
    idempotencyKey: ticket.ticket_id,
    compensates: 'undefined',
  });
});

const CREDENTIALS = {
  ...{
    access_key_id: 'ASIAEXAMPLE',
    secret_access_key: 'secret',
    session_token: 'session',
    expires_at: 1_800_000_000_000,
  },
  ...{ assets: [], left_out: [] },
};

it('gives the work AWS credentials, with a token that is got anew where the one it has is refused', async () => {
  const { run, running } = controlledRun();
  const started = await startAgent({ run });
  const ticket = ticketOf();
  started.edge.add(ticket);
  const answer = { status: 200, body: { ...CREDENTIALS, ticket_id: ticket.ticket_id } };
  started.edge.fail('POST aws-credentials', problemAnswer(401, 'TOKEN_EXPIRED'), answer);
  started.inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => running.length === 1);
  expect(await running[0]?.context.awsCredentials()).toEqual({
    ...{ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
    expiration: new Date(1_800_000_000_000),
  });
  const [claim, again] = started.edge.claims;
  expect(again).toEqual(claim);
  const asked = started.edge.calls.filter(({ path }) => path.endsWith('/aws-credentials'));
  expect(asked.map(({ headers }) => typeof headers['x-neural-hive-ticket-token'])).toEqual(['string', 'string']);
  started.edge.fail('POST aws-credentials', problemAnswer(409, 'AWS_NOTHING_TO_GRANT'));
  await expect(running[0]?.context.awsCredentials()).rejects.toMatchObject({ code: 'AWS_NOTHING_TO_GRANT' });
  expect(started.edge.claims).toHaveLength(2);
});
