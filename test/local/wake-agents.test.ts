import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { wakeAgents } from '../../local/wake-agents.ts';

/** Wakes the agents of a stack at an endpoint that answers as Lambda's Invoke does. */
async function wakeAt(answer: RequestListener): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await wakeAgents({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stage: 'test' });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const failing =
  (payload: string): RequestListener =>
  (_, response) =>
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(payload);

it('waking the agents asks their function for a heartbeat', async () => {
  const asked: string[] = [];
  await wakeAt(async (request, response) => {
    const body = (await request.toArray()).join('');
    asked.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(200).end('null');
  });
  expect(asked).toEqual(['POST /2015-03-31/functions/hive-test-transform-agent/invocations {"kind":"heartbeat"}']);
});

it.each([
  ['{"errorType":"Error","errorMessage":"API_URL is not set"}', 'API_URL is not set'],
  ['{"errorType":"Error"}', '{"errorType":"Error"}'],
  ['out of memory', 'out of memory'],
])('agents that cannot register are told with what their function answered: %s', async (payload, reason) => {
  const error = await wakeAt(failing(payload)).catch((caught) => caught);
  expect(error).toMatchObject({
    code: 'AGENTS_NOT_AWAKE',
    detail: { function: 'hive-test-transform-agent', reason },
  });
  expect(error.message).toContain(reason);
});
