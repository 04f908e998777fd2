import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect as http2Connect } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer } from '../../bin/support/api-server.ts';
import { EXIT, exitCodeOf } from '../../bin/support/exit-codes.ts';
import type { HiveError } from '../../core/errors.ts';
import { type Served, serve } from '../api/rpc/served.ts';
import { createStory } from '../api/rpc/story.ts';
import { hive } from './run-cli.ts';

let served: Served;
beforeAll(async () => {
  served = await serve(createStory());
});
afterAll(() => served.server.close());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

const CALL = '/neural_hive.v1.PlanService/ListPlans';
const json = { 'content-type': 'application/json' };

async function overHttp1(path: string, headers: IncomingHttpHeaders, body = ''): Promise<Answer> {
  const { port } = served.server;
  const call = httpRequest({ host: '127.0.0.1', port, path, method: body ? 'POST' : 'GET', headers, agent: false });
  call.end(body);
  const [response] = await once(call, 'response');
  return { status: response.statusCode, body: await text(response) };
}

async function overHttp2(path: string, { host, ...headers }: IncomingHttpHeaders, body = ''): Promise<Answer> {
  const session = http2Connect(served.server.url);
  const authority = host === undefined ? {} : { ':authority': host };
  const stream = session.request({ ':path': path, ':method': body ? 'POST' : 'GET', ...authority, ...headers });
  if (body) stream.end(body);
  const [answered] = await once(stream, 'response');
  const answer = { status: answered[':status'], body: await text(stream) };
  session.close();
  return answer;
}

async function raw(...pieces: string[]): Promise<string> {
  const socket = connect(served.server.port, '127.0.0.1');
  await once(socket, 'connect');
  for (const piece of pieces) await new Promise<void>((sent) => void socket.write(piece, () => sent()));
  socket.end();
  return text(socket);
}

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
] as const)('one port, over %s', (_, call) => {
  it('answers REST and RPC', async () => {
    expect(await call('/v1/plans', {})).toEqual({ status: 200, body: 'rest GET /v1/plans' });
    expect(await call(CALL, json, '{}')).toEqual({ status: 200, body: '{"items":[]}' });
  });

  it.each(['localhost', 'localhost:9000', '127.0.0.1', '[::1]:8080'])('is called %s', async (host) => {
    expect((await call(CALL, { ...json, host }, '{}')).status).toBe(200);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8080',
    'localhost@evil.example',
    '10.0.0.1',
  ])('is not called %s: a name that was pointed here', async (host) => {
    for (const path of ['/v1/plans', CALL]) {
      const { status, body } = await call(path, { ...json, host }, '{}');
      expect([status, JSON.parse(body).code]).toEqual([403, 'CALL_FROM_ELSEWHERE']);
    }
  });

  it.each(['https://evil.example', 'http://localhost:1', 'null'])('takes no calls from pages of %s', async (origin) => {
    expect((await call(CALL, { ...json, host: 'localhost:8080', origin }, '{}')).status).toBe(403);
  });

  it('takes calls from pages of its own', async () => {
    const headers = { ...json, host: 'localhost:8080', origin: 'http://localhost:8080' };
    expect((await call(CALL, headers, '{}')).status).toBe(200);
  });
});

describe('one port', () => {
  const http1 = `GET /v1/plans HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

  it('knows HTTP/1 from HTTP/2 though the first bytes come one by one', async () => {
    expect(await raw(...http1)).toContain('rest GET /v1/plans');
    expect(await raw(...http1.replace('GET', 'PRINT'))).toMatch(/^HTTP\/1\.1 400/);
    // A SETTINGS frame, and GOAWAY since no preface follows that is one.
    expect((await raw(...'PRI * HTTP/2.0\r\n\r\nno\r\n\r\n')).charCodeAt(3)).toBe(4);
  });

  it.each([
    '\x16\x03\x01 TLS',
    'PR\r\n\r\n',
    '\0'.repeat(50),
    'GET / HTTP/1.0\r\n\r\n',
    `GET ${CALL} HTTP/1.0\r\n\r\n`,
    '',
  ])('outlives %j', async (bytes) => {
    await raw(bytes);
    expect((await overHttp1('/v1/plans', {})).status).toBe(200);
  });

  it('outlives connections that break at any byte', async () => {
    for (const bytes of ['', 'P', 'PRI', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', http1.slice(0, 30)]) {
      const socket: Socket = connect(served.server.port, '127.0.0.1');
      await once(socket, 'connect');
      if (bytes !== '') await new Promise<void>((sent) => void socket.write(bytes, () => sent()));
      await turn();
      socket.resetAndDestroy();
    }
    expect((await overHttp1('/v1/plans', {})).status).toBe(200);
    expect((await overHttp2('/v1/plans', {})).status).toBe(200);
  });

  it('that is taken is told, with what to do', async () => {
    const { port } = served.server;
    const rest = () => new Response();
    const error = await startApiServer({ ...served.deps, port, by: 'ada', rest }).catch((thrown: HiveError) => thrown);
    expect(error).toMatchObject({ code: 'API_PORT_BUSY', detail: { port, try: expect.stringContaining('--port') } });
    expect(exitCodeOf(error as HiveError)).toBe(EXIT.usage);
  });
});

describe('hive api serve', () => {
  it.each([
    [['--port', '0'], 'from 1 to 65535'],
    [['--as', ' '], '1-256 characters'],
  ])('%j is a wrong command line', async (args, said) => {
    const { status, stderr } = await hive(['api', 'serve', ...args]);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain(said);
  });
});
