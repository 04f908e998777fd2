import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newSecret } from '../../adapters/crypto/secret.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { exchangeEnrolment, renewCredential } from '../../agents/sdk/credential-fetch.ts';
import { createCheckCredential } from '../../core/access/enrolment/credential.ts';
import { createExchangeEnrolment } from '../../core/access/enrolment/exchange.ts';
import { createRenewCredential } from '../../core/access/enrolment/keep.ts';
import { createMakeEnrolment } from '../../core/access/enrolment/make.ts';
import { HiveError } from '../../core/errors.ts';
import { problemOf } from '../../core/problem.ts';
import { createCredentials } from '../../lambdas/runtime/credentials.ts';
import { edgeCallerOf } from '../../lambdas/runtime/tokens.ts';
import { createAccess } from '../support/access.ts';
import { createMonitoredHive } from '../support/monitored-hive.ts';

const bounds = { agent_id: 'mine', capabilities: ['build'], clearance: 'INTERNAL', tenants: ['acme'] } as const;

function setUp() {
  const hive = createMonitoredHive();
  const { recordRefusal } = createAccess(hive);
  const deps = { ...{ ledger: hive.ledger, clock: hive.clock, sha256, newSecret, recordRefusal }, newId: () => 'e-1' };
  return {
    make: createMakeEnrolment(deps),
    exchange: createExchangeEnrolment(deps),
    renew: createRenewCredential(deps),
    check: createCheckCredential(deps),
    shown: createCredentials('', deps),
  };
}
let of: ReturnType<typeof setUp>;
let server: Server;
let url: string;
/** headers and path of the calls of an agent */
let calls: { path: string | undefined; authorization: string | undefined; principal: string }[];

const eventOf = (headers: Record<string, string>, userArn: string | null = null) =>
  ({
    headers,
    requestContext: { identity: { userArn, caller: null, sourceIp: '192.0.2.1' } },
  }) as never as APIGatewayProxyEvent;

beforeAll(async () => {
  // What the API does, without its functions: exchanges, renews, and says whom a call is from.
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      const { event, enrolled } = await of.shown(eventOf(request.headers as Record<string, string>));
      const path = request.url ?? '';
      let answer: unknown;
      if (path.endsWith('/exchange')) answer = await of.exchange('e-1', JSON.parse(`${Buffer.concat(chunks)}`).secret);
      else if (path.endsWith('/credential')) {
        answer = await of.renew(String(request.headers['x-neural-hive-agent-credential']));
      } else {
        if (enrolled === undefined) throw new HiveError('CALLER_UNKNOWN', 'nobody', { status: 401 });
        calls.push({ path, authorization: request.headers.authorization, principal: edgeCallerOf(event).principal });
        answer = { agent_id: 'mine', draining: false, assignments: [], stop: [] };
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const told = problemOf(error);
      response.writeHead(told.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(told));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));
beforeEach(() => {
  of = setUp();
  calls = [];
});

const operator = { by: 'sec', why: 'new rack' };
const enrol = () => of.make({ tenants: ['*'] }, bounds, operator);

describe('An agent with the secret of its enrolment', () => {
  it('gets its credential, calls by it without a signature, and renews it', async () => {
    const { enrolment_id, secret } = await enrol();
    const options = { baseUrl: `${url}/` };
    let { credential } = await exchangeEnrolment(options, enrolment_id, secret);
    const api = createApiClient({ baseUrl: url, region: 'eu-west-1', credential: () => credential });
    await api.heartbeat('mine');
    ({ credential } = await renewCredential(options, 'mine', credential));
    await api.heartbeat('mine');
    const call = { path: '/agents/mine/heartbeat', authorization: undefined, principal: 'credential:mine' };
    expect(calls).toEqual([call, call]);
  });

  it('is told when it was exchanged before', async () => {
    const { enrolment_id, secret } = await enrol();
    await exchangeEnrolment({ baseUrl: url }, enrolment_id, secret);
    await expect(exchangeEnrolment({ baseUrl: url }, enrolment_id, secret)).rejects.toMatchObject({
      code: 'ENROLMENT_USED',
    });
  });

  it('is nobody with a credential that does not count, whoever has signed the call', async () => {
    const headers = { 'X-Neural-Hive-Agent-Credential': `nhc.mine.${newSecret()}` };
    const signed = eventOf(headers, 'arn:aws:iam::1:user/ada');
    await expect(of.shown(signed)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
  });
});

it('A call without a credential is as it came', async () => {
  const event = eventOf({}, 'arn:aws:iam::1:user/ada');
  expect(await of.shown(event)).toEqual({ event });
});
