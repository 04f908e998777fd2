import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { SECURITY_HEADERS } from '../../core/http-headers.ts';
import { agentHeartbeatRequest, problem } from '../../core/messages/agent-api.ts';
import { apiHandler } from '../../lambdas/runtime/api.ts';
import { captureLog } from './log-lines.ts';

const schema = z.object({ size: z.int(), tags: z.array(z.string()).default([]) });
const context = { functionName: 'f', awsRequestId: 'request' } as Context;

/** What goes to the log, line by line. */
let logged: string[];
beforeEach(() => {
  logged = captureLog();
});
afterEach(() => vi.restoreAllMocks());

function request(changes: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    pathParameters: { ticket_id: 'id' },
    body: '{"size":1}',
    isBase64Encoded: false,
    ...changes,
  } as APIGatewayProxyEvent;
}

async function call(
  event: APIGatewayProxyEvent,
  body: (request: { id: string; body: z.output<typeof schema> }) => Promise<unknown> = async (read) => read,
): Promise<APIGatewayProxyResult> {
  return apiHandler({ parameter: 'ticket_id', schema }, body)(event, context);
}

async function refused(event: APIGatewayProxyEvent, body?: Parameters<typeof call>[1]) {
  const answer = await call(event, body);
  expect(answer.headers?.['content-type']).toBe('application/problem+json');
  const read = problem.parse(JSON.parse(answer.body));
  expect(read.status).toBe(answer.statusCode);
  expect(read.type).toBe(`urn:neural-hive:problem:${read.code}`);
  return read;
}

describe('a call of the API', () => {
  it('is answered with what the function says, as JSON that nobody keeps', async () => {
    const answer = await call(request());
    expect(answer).toEqual({
      statusCode: 200,
      headers: {
        ...SECURITY_HEADERS,
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      body: '{"id":"id","body":{"size":1,"tags":[]}}',
    });
  });

  it('may come in base64, and its id URL-encoded', async () => {
    const body = Buffer.from('{"size":2,"tags":["ü"]}').toString('base64');
    const answer = await call(request({ body, isBase64Encoded: true, pathParameters: { ticket_id: 'a%20b%2Fc' } }));
    expect(JSON.parse(answer.body)).toEqual({ id: 'a b/c', body: { size: 2, tags: ['ü'] } });
  });

  it.each(['{', 'undefined', '{"size":1}}', "{'size':1}"])(
    'is refused when its body is %j, which is not JSON',
    async (body) => {
      expect(await refused(request({ body }))).toMatchObject({ status: 400, code: 'MESSAGE_INVALID' });
    },
  );

  it.each(['null', '[]', '"text"', '{"size":"1"}', '{}', '', null])(
    'is refused when its body is %j, which is not of the schema',
    async (body) => {
      const { code, detail, context: told } = await refused(request({ body }));
      expect(code).toBe('MESSAGE_INVALID');
      expect(detail).toContain('not as the schema says');
      expect(told.faults).toHaveLength(1);
    },
  );

  it('is told of a bounded number of faults, so that the answer fits', async () => {
    const tags = Array.from({ length: 100_000 }, () => 1);
    const answer = await call(request({ body: JSON.stringify({ size: 1, tags }) }));
    expect(answer.statusCode).toBe(400);
    expect(answer.body.length).toBeLessThan(20_000);
  });

  it.each(['', '%', '%E0%A4%A', 'x'.repeat(257)])('is refused when the id in its path is %j', async (ticket_id) => {
    expect(await refused(request({ pathParameters: { ticket_id } }))).toMatchObject({
      status: 400,
      code: 'MESSAGE_INVALID',
    });
  });

  it('is answered with our own errors as they are', async () => {
    const gone = new HiveError('TICKET_FINISHED', 'The ticket is over.', { status: 410, detail: { phase: 'failed' } });
    expect(await refused(request(), () => Promise.reject(gone))).toEqual({
      type: 'urn:neural-hive:problem:TICKET_FINISHED',
      title: 'TICKET_FINISHED',
      status: 410,
      code: 'TICKET_FINISHED',
      detail: 'The ticket is over.',
      context: { phase: 'failed' },
    });
  });

  it('is told nothing of the inside of any other error, which goes to the log', async () => {
    const secret = Object.assign(new Error('password=hunter2 at table arn:aws:dynamodb:1'), {
      detail: { a: 'hunter2' },
    });
    const answer = await refused(request(), () => Promise.reject(secret));
    expect(answer).toMatchObject({ status: 500, code: 'INTERNAL', context: {} });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(logged.join()).toContain('hunter2');
  });

  it.each([undefined, null, 'text', 7])('survives that %j is thrown', async (thrown) => {
    expect(await refused(request(), () => Promise.reject(thrown))).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('the heartbeat of an agent', () => {
  const beat = (body: string | null) =>
    apiHandler({ parameter: 'agent_id', schema: agentHeartbeatRequest }, async (read) => read)(
      request({ pathParameters: { agent_id: 'agent' }, body }),
      context,
    );
  const said = { ticket_id: '0f8fad5b-d9cb-469f-a165-70867728950e', attempt: 2, claim_id: 'c'.repeat(32) };

  it.each([null, '', '{}', '{"running":[]}'])('may say nothing of tickets, as %j', async (body) => {
    const answer = await beat(body);
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([200, { id: 'agent', body: { running: [] } }]);
  });

  it('may tell of up to a hundred attempts', async () => {
    const running = Array.from({ length: 100 }, () => said);
    expect(JSON.parse((await beat(JSON.stringify({ running }))).body).body).toEqual({ running });
    expect((await beat(JSON.stringify({ running: [...running, said] }))).statusCode).toBe(400);
  });

  it.each([
    ['is null', 'null'],
    ['lists no tickets', '{"running":"all"}'],
    ['has a ticket that is none', JSON.stringify({ running: [{ ...said, ticket_id: 'x' }] })],
    ['has no attempt', JSON.stringify({ running: [{ ...said, attempt: 0 }] })],
    ['has a claim that can be guessed', JSON.stringify({ running: [{ ...said, claim_id: 'short' }] })],
  ])('is refused when its body %s', async (_, body) => {
    const answer = await beat(body);
    expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([400, 'MESSAGE_INVALID']);
  });
});
