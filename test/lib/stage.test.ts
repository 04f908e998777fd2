import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stageFrom } from '../../lib/stage.ts';
import { ofType, synthesise } from './synth.ts';

const aws = synthesise({ target: 'aws' });
const local = synthesise({ target: 'local' });
const prod = synthesise({ target: 'aws', stage: 'prod' });
const stage = (context: Record<string, unknown>, environment: Record<string, string> = {}) =>
  stageFrom(new App({ context }).node, environment);

describe('The stage', () => {
  test('is dev on AWS unless something else is said', () => {
    expect(stage({})).toMatchObject({ name: 'dev', target: 'aws', endpoint: undefined });
  });

  test('is local where AWS_ENDPOINT_URL says that AWS is elsewhere', () => {
    const endpoint = 'http://127.0.0.1:4700';
    expect(stage({}, { AWS_ENDPOINT_URL: `${endpoint}/` })).toMatchObject({ target: 'local', endpoint });
  });

  test('is not local when the context says so, whatever the environment', () => {
    expect(stage({ local: 'false' }, { AWS_ENDPOINT_URL: 'http://x' })).toMatchObject({ target: 'aws' });
  });

  test.each(['Dev', 'a-b', '', '1st', 'a'.repeat(17)])('cannot be called %j: it is part of names', (name) => {
    expect(() => stage({ stage: name })).toThrow(/part of names/);
  });

  test.each([
    ['[]', 'must be an object'],
    ['{"arn:a": ["king"]}', 'not as they should be'],
    ['{"arn:a": ["security", "platform"]}', 'platform'],
  ])('gives no roles that its functions could not read: %s', (roles, why) => {
    expect(() => stage({ roles })).toThrow(why);
    expect(stage({ roles: '{"arn:a": ["security"]}' }).roles).toEqual({ 'arn:a': ['security'] });
  });

  test('keeps data in prod on AWS alone', () => {
    expect(stage({ stage: 'prod' }).keepsData).toBe(true);
    expect(stage({ stage: 'prod', local: 'true' }).keepsData).toBe(false);
  });
});

describe('On AWS, and not locally,', () => {
  test('the bus keeps an archive', () => {
    expect(ofType(aws, 'AWS::Events::Archive')).toHaveLength(1);
    expect(ofType(local, 'AWS::Events::Archive')).toEqual([]);
  });

  test('API Gateway gets its role for logs', () => {
    expect(ofType(aws, 'AWS::ApiGateway::Account')).toHaveLength(1);
    expect(ofType(local, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  test('event sources are given their concurrency', () => {
    const widths = (from: typeof aws) =>
      ofType(from, 'AWS::Lambda::EventSourceMapping').map(
        ([, { Properties: p }]) => p.ScalingConfig?.MaximumConcurrency ?? p.ParallelizationFactor,
      );
    expect(widths(aws).sort()).toEqual([1, 10, 50, 50]);
    expect(widths(local)).toEqual(Array(4).fill(undefined));
  });

  test('facts come out of a shard one batch after another', () => {
    const lanes = (follower: string) =>
      ofType(aws, 'AWS::Lambda::EventSourceMapping').find(([id]) => id.startsWith(follower))?.[1].Properties
        .ParallelizationFactor;
    expect(lanes('ProjectLedger')).toBe(1);
  });

  test('nothing else differs: both have the same resources besides', () => {
    const only = new Set([
      ...['AWS::Events::Archive', 'AWS::ApiGateway::Account', 'AWS::XRay::SamplingRule'],
      ...['AWS::WAFv2::WebACL', 'AWS::WAFv2::WebACLAssociation'],
    ]);
    const idsOf = (from: typeof aws) =>
      Object.entries(from.resources)
        .filter(([id, { Type }]) => !only.has(Type) && !/CloudWatchRole|Deployment/.test(id))
        .map(([id]) => id)
        .sort();
    // What enrolled agents call is there on a local AWS unasked.
    expect(idsOf(synthesise({ target: 'local', context: { enrolledAgents: 'false' } }))).toEqual(idsOf(aws));
  });
});

describe('In prod', () => {
  const ledgerOf = (from: typeof aws) => ofType(from, 'AWS::DynamoDB::GlobalTable')[0]?.[1];

  test('the ledger outlives the stack and cannot be deleted by mistake', () => {
    expect(ledgerOf(prod)?.DeletionPolicy).toBe('Retain');
    expect(ledgerOf(prod)?.Properties.Replicas[0].DeletionProtectionEnabled).toBe(true);
    expect(ledgerOf(aws)?.DeletionPolicy).toBe('Delete');
  });

  test('logs are kept for half a year', () => {
    const days = ofType(prod, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays);
    expect(new Set(days)).toEqual(new Set([180]));
  });
});

test('the ledger can be restored to any second and streams what is new', () => {
  expect(ofType(aws, 'AWS::DynamoDB::GlobalTable')[0]?.[1].Properties).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    GlobalSecondaryIndexes: [{ IndexName: 'by_parent', Projection: { ProjectionType: 'KEYS_ONLY' } }],
  });
});

describe('The outputs', () => {
  test('say where everything is', () => {
    expect(Object.keys(aws.outputs).sort()).toEqual([
      'AgentPolicyArn',
      'ApiUrl',
      'AuditLogBucket',
      'AuditLogKeyArn',
      'AuditPolicyArn',
      'CompletePlanFunction',
      'EventBusName',
      'KeysUrl',
      'LedgerTable',
      'MonitorPolicyArn',
      'MonitoringApiUrl',
      'OperatePolicyArn',
      'PlanMachineLogGroupArn',
      'PlanMachinePrefix',
      'PlanMachineRoleArn',
      'PoolQueueUrl',
      'Region',
      'TimerQueueUrl',
      'TokenKeyArn',
      'TransformAgentId',
      'TrustDomain',
    ]);
    expect(aws.outputs.PlanMachinePrefix?.Value).toBe('hive-dev-plan-');
  });

  test("name the API by the local AWS's own address when local", () => {
    expect(JSON.stringify(local.outputs.ApiUrl?.Value)).toContain('http://127.0.0.1:4566/_aws/execute-api/');
    expect(JSON.stringify(aws.outputs.ApiUrl?.Value)).toContain('.execute-api.');
  });
});
