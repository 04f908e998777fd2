import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSqsInbox } from '../../agents/sdk/inbox.ts';
import { eventually } from './fake-clock.ts';
import { KEYS } from './setup.ts';

/** A host that does not resolve: only the client's endpoint can have been asked. */
const INBOX = 'http://sqs.us-east-1.invalid:4566/000000000000/hive-dev-inbox-worker-1';

let server: Server;
let requests: { target: string; body: Record<string, unknown> }[];
let answer: Record<string, unknown> | undefined;
beforeEach(async () => {
  requests = [];
  answer = {};
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    requests.push({ target: String(request.headers['x-amz-target']), body: JSON.parse(text) });
    if (answer === undefined) return; // keeps it waiting, as a long poll does
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const inbox = () => createSqsInbox({ region: 'us-east-1', credentials: KEYS });

it('polls for 20 s at the client’s own endpoint and hands on what comes', async () => {
  answer = { Messages: [{ MessageId: 'm', Body: '{"a":1}', MD5OfBody: md5('{"a":1}'), ReceiptHandle: 'handle' }] };
  const messages = await inbox().receive(INBOX, 3, new AbortController().signal);
  expect(messages).toEqual([{ body: '{"a":1}', receipt: 'handle' }]);
  expect(requests).toEqual([
    { target: 'AmazonSQS.ReceiveMessage', body: { QueueUrl: INBOX, MaxNumberOfMessages: 3, WaitTimeSeconds: 20 } },
  ]);
});

it('never asks for more than the ten messages that SQS gives at once', async () => {
  expect(await inbox().receive(INBOX, 64, new AbortController().signal)).toEqual([]);
  expect(requests[0]?.body.MaxNumberOfMessages).toBe(10);
});

it('ends a poll under way, with nothing, when told to stop', async () => {
  answer = undefined;
  const stop = new AbortController();
  const polled = inbox().receive(INBOX, 1, stop.signal);
  await eventually(() => requests.length === 1);
  stop.abort();
  expect(await polled).toEqual([]);
});

it('removes a message by its receipt', async () => {
  await inbox().remove(INBOX, { body: '', receipt: 'handle' });
  expect(requests[0]).toEqual({
    target: 'AmazonSQS.DeleteMessage',
    body: { QueueUrl: INBOX, ReceiptHandle: 'handle' },
  });
});
