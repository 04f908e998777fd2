import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../lib/agent-api.ts';
import { ofType, synthesise } from './synth.ts';

const context = { enrolledAgents: 'true' };
const open = synthesise({ context, checks: true });
const [api] =
  ofType(open, 'AWS::ApiGateway::RestApi').find(
    ([, { Properties }]) => Properties.Name === 'hive-dev-enrolled-agents',
  ) ?? [];
const ofApi = (type: string) => ofType(open, type).filter(([, { Properties }]) => Properties.RestApiId.Ref === api);

function routes(of: string | undefined): string[] {
  const pathOf = (id: string | undefined): string => {
    const resource = id === undefined ? undefined : open.resources[id];
    if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
    return `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}`;
  };
  return ofType(open, 'AWS::ApiGateway::Method')
    .filter(([, { Properties }]) => Properties.RestApiId.Ref === of)
    .map(([, { Properties }]) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`);
}

const keysOf = (name: string): unknown[] => {
  const [, found] = ofType(open, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `hive-dev-${name}`,
  ) ?? ['', undefined];
  const role = open.resources[found?.Properties.Role['Fn::GetAtt'][0]];
  const statements = role?.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: { Action: string | string[]; Condition?: object }[] } }) =>
      policy.PolicyDocument.Statement,
  );
  return statements
    .filter(({ Action }: { Action: string | string[] }) => [Action].flat().some((one) => one.startsWith('dynamodb:')))
    .map(
      ({ Condition }: { Condition?: Record<string, Record<string, unknown>> }) =>
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
    );
};

describe('without being asked for', () => {
  const has = (context: Record<string, string>) =>
    ofType(synthesise({ context }), 'AWS::ApiGateway::RestApi').some(([, { Properties }]) =>
      String(Properties.Name).endsWith('enrolled-agents'),
    );

  it('is there on a local AWS, and not on AWS', () => {
    expect([has({ local: 'true' }), has({ local: 'false' }), has({ local: 'true', enrolledAgents: 'false' })]).toEqual([
      ...[true, false, false],
    ]);
  });
});

describe('The API of enrolled agents', () => {
  it('has the routes of the agents’ API, and two by which a credential is got and renewed', () => {
    expect(routes(api).sort()).toEqual(
      [
        ...Object.values(ROUTES),
        'POST /enrolments/{enrolment_id}/exchange',
        'POST /agents/{agent_id}/credential',
      ].sort(),
    );
    expect(JSON.stringify(open.outputs.EnrolledAgentsApiUrl?.Value)).toContain(api);
  });

  it('is throttled, logged, traced and behind the web ACL', () => {
    const [[id, stage] = []] = ofApi('AWS::ApiGateway::Stage');
    expect(stage?.Properties).toMatchObject({
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: expect.anything() },
      MethodSettings: [
        { DataTraceEnabled: false, ThrottlingRateLimit: 500, ThrottlingBurstLimit: 250 },
        { ResourcePath: '/~1enrolments~1{enrolment_id}~1exchange', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      ],
    });
    const walls = ofType(open, 'AWS::WAFv2::WebACLAssociation').map(([, w]) =>
      JSON.stringify(w.Properties.ResourceArn),
    );
    expect(walls.filter((arn) => arn.includes(`${id}`))).toHaveLength(1);
  });

  it('lets what exchanges and renews write nothing but enrolments, credentials, refusals and limits', () => {
    expect(keysOf('exchange-enrolment')).toEqual([
      ['ENROLMENT#*', 'CREDENTIAL#*'],
      ['REFUSAL#*', 'SIGNAL#*', 'MARK#*'],
      ['GUARD#*'],
    ]);
    expect(keysOf('renew-credential')).toEqual([['CREDENTIAL#*'], ['GUARD#*']]);
  });

  it('gives cdk-nag nothing to find without a written reason', () => {
    for (const target of ['aws', 'local'] as const) {
      const { app } = synthesise({ context, checks: true, target });
      const found = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap(
        (pack: NagPack) =>
          (pack as unknown as { validateScope(of: App): { violations: { ruleName: string }[] } }).validateScope(app)
            .violations,
      );
      expect(found).toEqual([]);
    }
  });

  it('is not there unless the deployment says so', () => {
    const plain = synthesise();
    expect(plain.outputs.EnrolledAgentsApiUrl).toBeUndefined();
    expect(
      ofType(plain, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
        /enrol|credential/.test(Properties.FunctionName),
      ),
    ).toEqual([]);
  });
});
