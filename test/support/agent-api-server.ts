/** The agents' REST API over HTTP, on a hive in memory: what the gateway and the functions behind it do. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HiveError } from '../../core/errors.ts';
import * as api from '../../core/messages/agent-api.ts';
import { problemOf } from '../../core/problem.ts';
import type { Hive } from './hive.ts';

export interface AgentApiServer {
  readonly url: string;
  /** `METHOD /path` of each call that was signed */
  readonly calls: string[];
  close(): Promise<void>;
}

type Functions = Pick<
  Hive,
  'registerAgent' | 'removeAgent' | 'readInbox' | 'claimTicket' | 'reportTicket' | 'handBackTicket'
>;

function answerOf(hive: Functions, what: string, id: string, body: unknown): Promise<unknown> {
  switch (what) {
    case 'PUT agents':
      return hive.registerAgent(api.agentRegistration.parse(body));
    case 'DELETE agents':
      return hive.removeAgent(id);
    case 'GET agents inbox':
      return hive.readInbox(id);
    case 'POST tickets claim':
      return hive.claimTicket(id, api.claimRequest.parse(body));
    case 'POST tickets report':
      return hive.reportTicket(id, api.reportRequest.parse(body));
    case 'POST tickets hand-back':
      return hive.handBackTicket(id, api.handBackRequest.parse(body));
    default:
      throw new HiveError('NO_SUCH_ROUTE', what, { status: 403 });
  }
}

/** @param hive asked at each call, so that tests may put another one there */
export async function serveAgentApi(hive: () => Functions): Promise<AgentApiServer> {
  const calls: string[] = [];
  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
      return { status: 403, body: { message: 'not signed' } };
    calls.push(`${method} ${url}`);
    const [, collection, id = '', verb] = url.split('/');
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    try {
      const what = [method, collection, verb].filter(Boolean).join(' ');
      return { status: 200, body: await answerOf(hive(), what, decodeURIComponent(id), body) };
    } catch (error) {
      const problem = problemOf(error);
      return { status: problem.status, body: problem };
    }
  }
  const server: Server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
