import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { HiveError } from '../../core/errors.ts';
import type { Admit } from '../../core/guard/admit.ts';
import type { Callers } from '../../lambdas/runtime/identity.ts';
import { createApi, isBinary } from '../../lambdas/serve-api/app.ts';
import { createAccess } from '../support/access.ts';
import { AWKWARD_ID, createMonitoredHive, fill, type MonitoredHive } from '../support/monitored-hive.ts';

const ADA = 'arn:aws:iam::1:user/ada';
const BO = 'arn:aws:iam::1:user/bo';
const ROLES = { [ADA]: ['operator'], [BO]: { roles: ['operator'], tenants: ['default'] } };
let hive: MonitoredHive;
const faults: unknown[] = [];
const refusals: string[] = [];

beforeEach(async () => {
  hive = createMonitoredHive();
  await fill(hive);
});

/** A call as API Gateway hands it on, with a body in base64 as all types are binary. */
function call(
  method: string,
  path: string,
  more: { body?: string; type?: string; userArn?: string | null; callers?: Callers; key?: string; admit?: Admit } = {},
) {
  const { body, type = 'application/json', userArn = ADA, callers = 'gateway', key, admit } = more;
  const api = createApi({
    ...(() => {
      const { guard, access } = createAccess(hive, { roles: ROLES });
      return { guard, served: { ...hive.served, access } };
    })(),
    ...{ sha256, callers, ...(admit && { admit }) },
    onFault: (error) => faults.push(error),
    onRefusal: ({ code }) => refusals.push(code),
  });
  const [bare = '', search = ''] = path.split('?');
  const event = {
    ...{ httpMethod: method, path: bare, resource: '/{proxy+}', isBase64Encoded: body !== undefined },
    headers: {
      ...{ host: 'api', 'content-type': type },
      ...(key === undefined
        ? {}
        : {
            Authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260601/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`,
          }),
    },
    body: body === undefined ? null : Buffer.from(body).toString('base64'),
    multiValueHeaders: { host: ['api'], 'content-type': [type] },
    multiValueQueryStringParameters: Object.fromEntries(
      [...new URLSearchParams(search)].map(([name, value]) => [name, [value]]),
    ),
    requestContext: { identity: { userArn, caller: null } },
  } as unknown as APIGatewayProxyEvent;
  const answer = handle(api as unknown as Parameters<typeof handle>[0], { isContentTypeBinary: isBinary });
  return answer(event as never, {} as never) as Promise<APIGatewayProxyResult>;
}

describe('The API behind its gateway', () => {
  it('answers REST', async () => {
    const { statusCode, body, multiValueHeaders, isBase64Encoded } = await call('GET', '/v1/plans?limit=1');
    expect({ statusCode, isBase64Encoded }).toEqual({ statusCode: 200, isBase64Encoded: false });
    expect(JSON.parse(body)).toMatchObject({ items: [{ plan_id: AWKWARD_ID }], next_cursor: expect.any(String) });
    expect(multiValueHeaders?.etag?.[0]).toMatch(/^"/);
  });

  it('takes an id as the gateway hands it on: percent-encoded', async () => {
    const { body } = await call('GET', `/v1/plans/${encodeURIComponent(AWKWARD_ID)}`);
    expect(JSON.parse(body)).toMatchObject({ plan_id: AWKWARD_ID });
  });

  it('answers Connect', async () => {
    const { statusCode, body } = await call('POST', '/neural_hive.v1.PlanService/GetPlan', {
      body: JSON.stringify({ plan_id: 'plan-running' }),
    });
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ plan_id: 'plan-running' });
  });

  it.each([
    ['text/event-stream; charset=utf-8', false],
    ['application/json', false],
    ['application/problem+json', false],
    ['application/proto', true],
    ['application/connect+json', true],
    ['application/grpc-web+proto', true],
  ])('hands %s to the gateway in base64: %s', (type, base64) => {
    expect(isBinary(type)).toBe(base64);
  });

  it('knows an operator by what the gateway has authorised', async () => {
    const { statusCode } = await call('POST', '/v1/plans/plan-running/pause', { body: '{"why":"w"}' });
    expect(statusCode).toBe(200);
    const { interventions } = await hive.monitor.getPlan('plan-running');
    expect(interventions).toMatchObject([{ type: 'PlanPaused', by: ADA }]);
  });

  it('does nothing for a caller that nobody has named, and says so', async () => {
    const rest = await call('POST', '/v1/plans/plan-running/pause', { body: '{"why":"w"}', userArn: null });
    expect(rest.statusCode).toBe(401);
    expect(JSON.parse(rest.body)).toMatchObject({ code: 'CALLER_UNKNOWN' });
    expect(refusals).toContain('CALLER_UNKNOWN');
    const rpc = await call('POST', '/neural_hive.v1.PlanService/PausePlan', {
      ...{ body: '{"plan_id":"plan-running","why":"w"}', userArn: null },
    });
    expect(rpc.statusCode).toBe(401);
    expect((await hive.monitor.getPlan('plan-running')).phase).toBe('running');
    expect(faults).toEqual([]);
  });

  it('takes the signature at its word on a local AWS, which names nobody, and nowhere else', async () => {
    const more = { body: '{"why":"w"}', userArn: null, key: 'AKIATEST' };
    expect((await call('POST', '/v1/plans/plan-running/pause', more)).statusCode).toBe(401);
    expect((await call('POST', '/v1/plans/plan-running/pause', { ...more, callers: 'signature' })).statusCode).toBe(
      200,
    );
    expect((await hive.monitor.getPlan('plan-running')).interventions).toMatchObject([{ by: 'AKIATEST' }]);
    const unsigned = { ...more, key: undefined, callers: 'signature' as const };
    expect((await call('POST', '/v1/plans/plan-running/resume', unsigned as never)).statusCode).toBe(401);
  });

  it.each([
    ['GET', '/v1/plans/plan-running', undefined],
    ['POST', '/neural_hive.v1.PlanService/GetPlan', '{"plan_id":"plan-running"}'],
  ])('asks the bucket of the tenant whose plan it is, and refuses by it: %s %s', async (method, path, body) => {
    const asked: (string | undefined)[] = [];
    const admit: Admit = {
      user: async (principal) => async (tenant) => {
        asked.push(principal, tenant);
        if (tenant === undefined) return;
        const detail = { scope: 'tenant', bucket: `tenant:${tenant}`, retry_after_ms: 1200 };
        throw new HiveError('RATE_LIMITED', 'too many', { status: 429, detail });
      },
      agent: async () => {},
    };
    const more = { admit, ...(body !== undefined && { body }) };
    expect((await call(method, path, more)).statusCode).toBe(200);
    const refused = await call(method, path, { ...more, userArn: BO });
    expect(refused.statusCode).toBe(429);
    expect(asked).toEqual([ADA, undefined, BO, 'default']);
    if (body === undefined) {
      expect(refused.multiValueHeaders?.['retry-after'] ?? refused.headers?.['retry-after']).toEqual(['2']);
      expect(JSON.parse(refused.body)).toMatchObject({ code: 'RATE_LIMITED', context: { bucket: 'tenant:default' } });
    }
  });
});
