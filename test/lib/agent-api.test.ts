import { expect, test } from 'vitest';
import { ofType, synthesise } from './synth.ts';

const synthesised = synthesise();

const { resources } = synthesised;

function pathOf(id: string | undefined): string {
  const resource = id === undefined ? undefined : resources[id];
  if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
  return `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}`;
}

/** `METHOD /path -> function` of each method. */
function routes(): string[] {
  return ofType(synthesised, 'AWS::ApiGateway::Method').map(([, { Properties }]) => {
    const functionId = JSON.stringify(Properties.Integration.Uri).match(/"Fn::GetAtt":\["(\w+)"/)?.[1] ?? '';
    const handler = resources[functionId]?.Properties.FunctionName;
    return `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)} -> ${handler}`;
  });
}

test('each route is answered by its function', () => {
  expect(routes().sort()).toEqual([
    'ANY /{proxy+} -> hive-dev-serve-api',
    'DELETE /agents/{agent_id} -> hive-dev-remove-agent',
    'GET /.well-known/jwks.json -> hive-dev-publish-keys',
    'GET /.well-known/spiffe-bundle.json -> hive-dev-publish-keys',
    'GET /agents/{agent_id}/inbox -> hive-dev-read-inbox',
    'POST /agents/{agent_id}/heartbeat -> hive-dev-heartbeat-agent',
    'POST /tickets/{ticket_id}/claim -> hive-dev-claim-ticket',
    'POST /tickets/{ticket_id}/hand-back -> hive-dev-hand-back-ticket',
    'POST /tickets/{ticket_id}/heartbeat -> hive-dev-heartbeat-ticket',
    'POST /tickets/{ticket_id}/report -> hive-dev-report-ticket',
    'PUT /agents/{agent_id} -> hive-dev-register-agent',
  ]);
});

test('no route answers a call that is not signed, but those of the public keys', () => {
  const open = ofType(synthesised, 'AWS::ApiGateway::Method').filter(
    ([, { Properties }]) => Properties.AuthorizationType !== 'AWS_IAM',
  );
  const paths = open.map(([, { Properties }]) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`);
  expect(paths.sort()).toEqual(['GET /.well-known/jwks.json', 'GET /.well-known/spiffe-bundle.json']);
});

test('calls are logged, traced and throttled', () => {
  const stages = ofType(synthesised, 'AWS::ApiGateway::Stage').map(([, { Properties }]) => Properties);
  const limits = stages.map(({ MethodSettings: [{ ThrottlingRateLimit, ThrottlingBurstLimit }] }) => [
    ThrottlingRateLimit,
    ThrottlingBurstLimit,
  ]);
  expect(limits).toEqual([
    [2000, 1000],
    [50, 50],
    [200, 100],
  ]);
  for (const stage of stages)
    expect(stage).toMatchObject({
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: expect.anything() },
      MethodSettings: [{ DataTraceEnabled: false, LoggingLevel: 'ERROR' }],
    });
});
