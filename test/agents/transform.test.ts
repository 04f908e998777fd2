import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SQSRecord } from 'aws-lambda';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { systemClock } from '../../agents/sdk/clock.ts';
import { createUnansweredClaims } from '../../agents/sdk/unanswered-claims.ts';
import { createSandbox, type Sandbox } from '../../agents/transform/sandbox.ts';
import { type ServeDeps, serveBeat, serveInbox } from '../../agents/transform/serve.ts';
import { createTransform } from '../../agents/transform/transform.ts';
import { type Edge, problemAnswer } from './edge.ts';
import { eventually, fakeClock } from './fake-clock.ts';
import { edgeForTest, KEYS, recordingLogger } from './setup.ts';
import { assignmentOf, ticketOf, undoTicketOf, withdrawalOf } from './tickets.ts';

const AGENT = 'transform-dev';
const INBOX = 'http://inbox.test/transform-dev';
let sandbox: Sandbox;
let built: string;
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'hive-sandbox-'));
  const outfile = join(built, 'sandbox.mjs');
  await build({ entryPoints: ['agents/transform/sandbox.ts'], outfile, bundle: true, platform: 'node', format: 'esm' });
  sandbox = createSandbox(pathToFileURL(outfile));
});
const never = new AbortController().signal;
afterAll(async () => {
  await sandbox.close();
  await rm(built, { recursive: true, force: true });
});

let edge: Edge;
let deps: ServeDeps;
beforeEach(async () => {
  edge = await edgeForTest();
  deps = {
    claims: createUnansweredClaims(),
    agentId: AGENT,
    inboxUrl: INBOX,
    api: createApiClient({ baseUrl: edge.url, region: 'us-east-1', credentials: KEYS }),
    run: createTransform(sandbox),
    logger: recordingLogger(),
    clock: systemClock,
    random: () => 0,
  };
});

const transformTicket = (parameters: Record<string, string>) =>
  ticketOf({ task_type: 'TRANSFORM', required_capabilities: ['transform'], parameters });
const record = (messageId: string, body: unknown) =>
  ({ messageId, body: typeof body === 'string' ? body : JSON.stringify(body) }) as SQSRecord;

async function resultOf(parameters: Record<string, string>) {
  const ticket = transformTicket(parameters);
  edge.add(ticket);
  const answer = await serveInbox([record('m', assignmentOf(ticket, AGENT))], deps, never);
  expect(answer).toEqual({ batchItemFailures: [] });
  return edge.reports[0]?.result;
}

it('reports what the expression makes of the input, as JSON', async () => {
  const input = JSON.stringify({
    changes: [
      { kind: 'fix', text: 'größe 🦊' },
      { kind: 'feat', text: 'rates' },
    ],
  });
  const result = await resultOf({ expression: '{"fixes": changes[kind="fix"].text, "count": $count(changes)}', input });
  expect(result).toMatchObject({ status: 'COMPLETED', agent_id: AGENT });
  expect(JSON.parse(result?.result?.output.result ?? '')).toEqual({ fixes: 'größe 🦊', count: 2 });
});

it('answers null when the expression finds nothing', async () => {
  expect(await resultOf({ expression: 'missing.path' })).toMatchObject({ result: { output: { result: 'null' } } });
});

it.each([
  ['a missing expression', { input: '{}' }, 'EXPRESSION_MISSING'],
  ['an expression that is not JSONata', { expression: '{"a": ', input: '{}' }, 'EXPRESSION_INVALID'],
  ['an expression that fails', { expression: '$number("x")', input: '{}' }, 'EXPRESSION_FAILED'],
  ['input that is not JSON', { expression: 'a', input: '{a:1}' }, 'INPUT_INVALID'],
  ['deep recursion', { expression: '($f := function($n){1 + $f($n + 1)}; $f(1))' }, 'EXPRESSION_LIMIT'],
  ['a range that is too long', { expression: '$sum([1..9000000])' }, 'EXPRESSION_LIMIT'],
])('fails a ticket with %s for good, saying why', async (_case, parameters: Record<string, string>, code) => {
  const result = await resultOf(parameters);
  expect(result).toMatchObject({ status: 'FAILED', error: { code, retryable: false } });
  expect(result?.error_message?.length).toBeGreaterThan(20);
});

it.each([
  ['tail recursion without end', '($f := function(){$f()}; $f())'],
  [
    'a regular expression that backtracks for ever',
    '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)',
  ],
  ['strings that double until memory is full', '($f := function($s){$f($s & $s)}; $length($f("0123456789")))'],
])('ends %s, and goes on with the next expression', async (_case, expression) => {
  await expect(sandbox.evaluate(expression, 'null')).rejects.toMatchObject({ code: 'EXPRESSION_LIMIT' });
  expect(await sandbox.evaluate('a + 1', '{"a":1}')).toBe('2');
});

it('gives an expression nothing of the process', async () => {
  for (const expression of ['process', '$process', 'constructor', '"".constructor.constructor("return process")()']) {
    const answer = await sandbox.evaluate(expression, '{}').catch((error: { code: string }) => error.code);
    expect(['null', 'EXPRESSION_FAILED', 'EXPRESSION_INVALID']).toContain(answer);
  }
});

it('acknowledges a message that comes again after its ticket was claimed or has ended', async () => {
  const ticket = transformTicket({ expression: '1' });
  edge.add(ticket);
  const message = record('again', assignmentOf(ticket, AGENT));
  await serveInbox([message], deps, never);
  expect(await serveInbox([message], deps, never)).toEqual({ batchItemFailures: [] });
  edge.fail('POST claim', problemAnswer(410, 'TICKET_FINISHED'));
  expect(await serveInbox([message], deps, never)).toEqual({ batchItemFailures: [] });
  expect(edge.reports).toHaveLength(1);
});

it('acknowledges that a ticket was withdrawn', async () => {
  const message = record('withdrawn', withdrawalOf(transformTicket({ expression: '1' }), AGENT));
  expect(await serveInbox([message], deps, never)).toEqual({ batchItemFailures: [] });
  expect(edge.calls).toEqual([]);
});

it('keeps the lease of what it runs, and lets go of it when the function is done', async () => {
  await serveBeat(deps, never);
  const clock = fakeClock();
  let finish = () => {};
  const run = () => new Promise<Record<string, string>>((resolve) => (finish = () => resolve({})));
  const ticket = transformTicket({});
  edge.add(ticket, { leaseMs: 180_000 });
  const served = serveInbox([record('m', assignmentOf(ticket, AGENT))], { ...deps, clock, run }, never);
  await eventually(() => clock.pending() === 3); // timeout, lease, heartbeat
  clock.advance(60_000);
  await eventually(() => edge.beats.length === 1);
  expect(edge.beats[0]).toMatchObject([{ ticket_id: ticket.ticket_id, attempt: 1 }]);
  finish();
  expect(await served).toEqual({ batchItemFailures: [] });
  expect(clock.pending()).toBe(0);
});

it('knows no undo: an expression takes nothing back', async () => {
  const ticket = undoTicketOf('release-notes', { parameters: { expression: '1' } });
  edge.add(ticket);
  await serveInbox([record('m', assignmentOf(ticket, AGENT))], deps, never);
  expect(edge.reports[0]?.result).toMatchObject({
    status: 'FAILED',
    error: { code: 'UNDO_UNKNOWN', retryable: false },
  });
});

it('leaves only those messages in the queue whose ticket could not be claimed', async () => {
  const good = transformTicket({ expression: '1' });
  edge.add(good);
  const stopped = new AbortController();
  stopped.abort();
  const away = { ...deps, api: { ...deps.api } };
  const lost = transformTicket({ expression: '2' });
  away.api.claim = (ticketId, fence) => {
    if (ticketId === lost.ticket_id) edge.fail('POST claim', problemAnswer(503, 'TRY_AGAIN'));
    return deps.api.claim(ticketId, fence);
  };
  const answer = await serveInbox([record('away', assignmentOf(lost, AGENT))], away, stopped.signal);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'away' }] });
  const messages = [record('good', assignmentOf(good, AGENT)), record('junk', 'not json')];
  expect(await serveInbox(messages, deps, never)).toEqual({ batchItemFailures: [] });
});

it('registers with its own inbox when it is not known, and sends its heartbeat when it is', async () => {
  await serveBeat(deps, never);
  expect(edge.agents.get(AGENT)).toMatchObject({
    capabilities: ['transform'],
    heartbeat_interval_ms: 60_000,
    inbox_url: INBOX,
  });
  await serveBeat(deps, never);
  expect(edge.calls.filter((call) => call.method === 'PUT')).toHaveLength(1);
});

it('runs what its heartbeat names, in case the message was lost', async () => {
  await serveBeat(deps, never);
  const ticket = transformTicket({ expression: '6 * 7' });
  edge.add(ticket);
  edge.held.push(assignmentOf(ticket, AGENT));
  await serveBeat(deps, never);
  expect(edge.reports[0]?.result.result?.output).toEqual({ result: '42' });
});

it('tells of an API that cannot be reached when it beats', async () => {
  edge.fail('POST agent-heartbeat', problemAnswer(500, 'INTERNAL'));
  await expect(serveBeat(deps, never)).rejects.toMatchObject({ code: 'INTERNAL' });
});
