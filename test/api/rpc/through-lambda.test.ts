import { Code, createClient } from '@connectrpc/connect';
import {
  type CommonTransportOptions,
  type UniversalClientFn,
  universalClientResponseFromFetch,
} from '@connectrpc/connect/protocol';
import { createTransport as connectTransport } from '@connectrpc/connect/protocol-connect';
import { createTransport as grpcTransport } from '@connectrpc/connect/protocol-grpc';
import { createTransport as grpcWebTransport } from '@connectrpc/connect/protocol-grpc-web';
import { defaultIsContentTypeBinary, handle } from 'hono/aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { isEnveloped } from '../../../api/rpc/enveloped.ts';
import { CODE_METADATA } from '../../../api/rpc/errors.ts';
import { PlanService } from '../../../api/rpc/generated/neural_hive/v1/plan_pb.js';
import { createApi, type GatewayBindings } from '../../../lambdas/serve-api/app.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, fill } from '../../support/monitored-hive.ts';

const TRANSPORTS = { Connect: connectTransport, 'gRPC-Web': grpcWebTransport };
let api: ReturnType<typeof createApi>;
let userArn: string | null;

beforeEach(async () => {
  const hive = createMonitoredHive();
  const { guard, access } = createAccess(hive, { roles: { 'arn:aws:iam::1:user/ada': ['operator'] } });
  await fill(hive);
  userArn = 'arn:aws:iam::1:user/ada';
  const onFault = (error: unknown) => expect.unreachable(String(error));
  const served = { ...hive.served, access };
  api = createApi({ served, guard, sha256, callers: 'gateway', onFault, onRefusal: () => {} });
});

const bindings = () =>
  ({ event: { requestContext: { identity: { userArn, caller: null } } } }) as unknown as GatewayBindings;
const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
  api.fetch(new Request(new URL(path, 'https://api.example'), init), bindings());

/** The app in the place of a network. */
const intoApp: UniversalClientFn = async ({ url, method, header: headers, body }) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  const init = { method, headers, ...(body === undefined ? {} : { body: Buffer.concat(chunks) }) };
  return universalClientResponseFromFetch(await ask(url, init));
};

const options = (useBinaryFormat: boolean): CommonTransportOptions => ({
  baseUrl: 'https://api.example/',
  httpClient: intoApp,
  useBinaryFormat,
  interceptors: [],
  acceptCompression: [],
  sendCompression: null,
  compressMinBytes: 0,
  readMaxBytes: 0xffffffff,
  writeMaxBytes: 0xffffffff,
});

describe.each(Object.entries(TRANSPORTS))('%s through the function', (_, transport) => {
  it.each([true, false])('answers with the real verbs, once and again (binary: %s)', async (binary) => {
    const plans = createClient(PlanService, transport(options(binary)));
    const pause = { planId: 'plan-running', why: 'night', onBehalfOf: 'grace' };
    expect(await plans.pausePlan(pause)).toMatchObject({ id: 'plan-running', phase: 'paused', changed: true });
    expect(await plans.pausePlan(pause)).toMatchObject({ id: 'plan-running', phase: 'paused', changed: false });
    const { interventions } = await plans.getPlan({ planId: 'plan-running' });
    expect(interventions).toMatchObject([{ type: 'PlanPaused', why: 'night' }]);
    expect(interventions[0]?.by).toContain('user/ada');
    expect(interventions[0]?.by).toContain('grace');
    const wrong = await plans.resumePlan({ planId: 'plan-completed', why: 'w' }).catch((error) => error);
    expect(wrong.code).toBe(Code.FailedPrecondition);
    expect(wrong.metadata.get(CODE_METADATA)).toBe('PLAN_PHASE_WRONG');
  });

  it('takes nothing of nobody, and shows them nothing', async () => {
    userArn = null;
    const plans = createClient(PlanService, transport(options(true)));
    const refused = await plans.pausePlan({ planId: 'plan-running', why: 'w' }).catch((error) => error);
    expect(refused.code).toBe(Code.Unauthenticated);
    const looked = await plans.listPlans({}).catch((error) => error);
    expect(looked.code).toBe(Code.Unauthenticated);
  });
});

describe('the function', () => {
  it('answers its own paths as before', async () => {
    const plan = await ask('/v1/plans/plan-running');
    expect([plan.status, ((await plan.json()) as { plan_id: string }).plan_id]).toEqual([200, 'plan-running']);
    const nowhere = await ask('/neural_hive.v1.PlanService/DropTables', { method: 'POST' });
    expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('takes no full gRPC, which would need trailers', async () => {
    const plans = createClient(PlanService, grpcTransport(options(true)));
    await expect(plans.listPlans({})).rejects.toThrow();
    const headers = { 'content-type': 'application/grpc' };
    const path = '/neural_hive.v1.PlanService/ListPlans';
    expect((await ask(path, { method: 'POST', headers, body: '' })).status).toBe(415);
  });

  it.each([
    ['no JSON', '{', {}],
    ['a list', '[]', {}],
    ['an unknown type', '{}', { 'content-type': 'text/plain' }],
    ['half a surrogate pair', '{"plan_id": "\\ud800", "why": "\\udc00"}', {}],
    ['a number for text', '{"plan_id": 7}', {}],
    ['a compression it does not know', '{}', { 'content-encoding': 'br' }],
  ])('answers a client error to %s', async (_, body, headers) => {
    const path = '/neural_hive.v1.PlanService/PausePlan';
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
    const { status } = await ask(path, init);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).not.toBe(500);
  });

  it('hands a stream of JSON on as the bytes that it is', async () => {
    const answer = handle(api as unknown as Parameters<typeof handle>[0], {
      isContentTypeBinary: (type) => isEnveloped(type) || defaultIsContentTypeBinary(type),
    });
    const message = Buffer.from(JSON.stringify({ plan_id: 'plan-running' }));
    const event = {
      httpMethod: 'POST',
      path: '/neural_hive.v1.PlanService/WatchPlan',
      headers: { 'content-type': 'application/connect+json', host: 'api.example' },
      multiValueHeaders: {},
      requestContext: { identity: { userArn } },
      isBase64Encoded: true,
      body: Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]).toString('base64'),
    };
    const { isBase64Encoded, body } = (await answer(event as never, {} as never)) as {
      isBase64Encoded: boolean;
      body: string;
    };
    expect(isBase64Encoded).toBe(true);
    const bytes = Buffer.from(body, 'base64');
    const length = bytes.readUInt32BE(1);
    expect(length).toBeGreaterThan(127);
    expect(JSON.parse(bytes.subarray(5, 5 + length).toString()).items.length).toBeGreaterThan(5);
  });
});
