import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const ISSUER = 'https://keys.example.com/test';

/** Functions as they are deployed, with nobody behind them. */
beforeAll(() => {
  for (const [name, value] of Object.entries({
    ...{ LEDGER_TABLE: 'ledger', TRUST_DOMAIN: 'hive-test', TOKEN_KEY_ARN: 'arn:aws:kms:eu-central-1:1:key/k' },
    ...{ ASSET_ROLE_ARN: 'arn:aws:iam::123456789012:role/assets', TOKEN_ISSUER: ISSUER, CALLERS: 'gateway' },
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ POWERTOOLS_DEV: 'false', POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_TRACE_ENABLED: 'false' },
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }))
    vi.stubEnv(name, value);
});

const call = (
  handler: (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>,
  event: object,
) =>
  handler(
    {
      ...{ headers: {}, requestContext: { identity: { userArn: 'arn:aws:iam::1:role/agent', sourceIp: '192.0.2.1' } } },
      ...event,
    } as never,
    { functionName: 'f' } as never,
  );

describe('The function that exchanges tokens', () => {
  it('is made of what its contract names, and refuses a call that is none before it asks anybody', async () => {
    const { handler } = await import('../../lambdas/exchange-token/handler.ts');
    const { statusCode, body, headers } = await call(handler, {
      pathParameters: { ticket_id: 'ticket-1' },
      body: '{}',
    });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'MESSAGE_INVALID' });
    expect(headers?.['cache-control']).toBe('no-store');
  });
});

describe('The function that publishes keys', () => {
  it('tells AWS where they are, by the issuer that it is deployed as', async () => {
    const { handler } = await import('../../lambdas/publish-keys/handler.ts');
    const { statusCode, body, headers } = await call(handler, { path: '/.well-known/openid-configuration' });
    expect({ statusCode, type: headers?.['content-type'] }).toEqual({ statusCode: 200, type: 'application/json' });
    expect(JSON.parse(body)).toEqual({
      ...{ issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json` },
      ...{ response_types_supported: ['id_token'], subject_types_supported: ['public'] },
      id_token_signing_alg_values_supported: ['ES256'],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'nbf', 'exp', 'jti'],
    });
  });
});
