import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { AWS_AUDIENCE } from '../../core/credential/exchange/web-identity.ts';
import { ENV } from '../../lambdas/exchange-token/contract.ts';
import { EXCHANGE_ROUTE } from '../../lib/agent-api.ts';
import { functionNamed, ofType, type Synthesised, synthesise } from './synth.ts';

const ROLE = 'arn:aws:iam::123456789012:role/data/orders';
const made = synthesise({ context: { assetBuckets: 'orders,reports', enrolledAgents: 'true' }, checks: true });
const named = synthesise({ context: { assetRoleArn: ROLE } });
const off = synthesise();

const reference = (name: string) => `\${${name}}`;
const roles = (of: Synthesised) =>
  ofType(of, 'AWS::IAM::Role').filter(([, { Properties }]) => typeof trustOf(Properties) !== 'object');
const trustOf = ({
  AssumeRolePolicyDocument: trust,
}: {
  AssumeRolePolicyDocument: { 'Fn::Sub'?: [string, object] };
}) => (trust['Fn::Sub'] === undefined ? trust : trust['Fn::Sub'][0]);
const methods = (of: Synthesised) =>
  ofType(of, 'AWS::ApiGateway::Resource').filter(([, { Properties }]) => Properties.PathPart === 'aws-credentials');
const isDiscovered = (of: Synthesised) =>
  ofType(of, 'AWS::ApiGateway::Resource').some(([, { Properties }]) => Properties.PathPart === 'openid-configuration');

describe('AWS credentials of attempts', () => {
  it('are there only where the deployment says so', () => {
    expect(ofType(off, 'AWS::IAM::OIDCProvider')).toEqual([]);
    expect(methods(off)).toEqual([]);
    expect(isDiscovered(off)).toBe(false);
    expect(JSON.stringify(off.resources)).not.toContain('exchange-token');
    const local = synthesise({ target: 'local', context: { assetBuckets: 'orders' } });
    expect(JSON.stringify(local.resources)).not.toContain('exchange-token');
  });

  it('are of a role that trusts the hive’s own issuer, for AWS, and for its agents alone', () => {
    const [[issuerId, issuer] = ['', undefined]] = ofType(made, 'AWS::IAM::OIDCProvider');
    expect(issuer?.Properties.ClientIdList).toEqual([AWS_AUDIENCE]);
    expect(JSON.stringify(issuer?.Properties.Url)).toContain('https://');
    // IAM asks the issuer when it is made: it has to answer by then.
    const [stage = ''] = ofType(made, 'AWS::ApiGateway::Stage').find(([id]) => id.startsWith('PublishKeys')) ?? [];
    expect(issuer?.DependsOn).toContain(stage);
    const [[, role] = []] = roles(made);
    expect(role?.Properties.AssumeRolePolicyDocument['Fn::Sub'][1]).toEqual({
      Provider: { 'Fn::GetAtt': [issuerId, 'Arn'] },
      Issuer: { 'Fn::Select': [1, { 'Fn::Split': ['https://', issuer?.Properties.Url] }] },
    });
    expect(JSON.parse(String(trustOf(role?.Properties)))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          ...{
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: reference('Provider') },
          },
          Condition: {
            StringEquals: { [`${reference('Issuer')}:aud`]: AWS_AUDIENCE },
            StringLike: { [`${reference('Issuer')}:sub`]: 'spiffe://hive-dev/agent/*' },
          },
        },
      ],
    });
  });

  it('are of a role that may use the buckets that were named, and nothing else', () => {
    const [[, role] = []] = roles(made);
    const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${rest}`]] });
    type Statement = { Effect: string; Action: string | string[]; Resource: object | object[]; Condition?: object };
    const statements: Statement[] = role?.Properties.Policies[0].PolicyDocument.Statement;
    expect(role?.Properties.Policies).toHaveLength(1);
    const granted = statements.flatMap(({ Effect, Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((of) => `${Effect} ${action} ${JSON.stringify(of)}`)),
    );
    const objects = ['s3:GetObject', 's3:PutObject'].flatMap((action) =>
      ['orders/*', 'reports/*'].map((of) => `Allow ${action} ${JSON.stringify(arn(of))}`),
    );
    const lists = ['orders', 'reports'].map((of) => `Allow s3:ListBucket ${JSON.stringify(arn(of))}`);
    expect(granted.sort()).toEqual([...objects, ...lists].sort());
    expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
    expect(roles(made)).toHaveLength(1);
    expect(role?.Properties.RoleName).toBe('hive-dev-assets');
    expect(JSON.stringify(made.outputs.AssetRoleArn?.Value)).toContain(':role/hive-dev-assets');
  });

  it('may be of a role that is there: then none is made, and the issuer can be found', () => {
    expect(roles(named)).toEqual([]);
    expect(ofType(named, 'AWS::IAM::OIDCProvider')).toEqual([]);
    expect(isDiscovered(named)).toBe(true);
    expect(named.outputs.AssetRoleArn?.Value).toBe(ROLE);
    expect(functionNamed(named, 'exchange-token').Properties.Environment.Variables.ASSET_ROLE_ARN).toBe(ROLE);
  });

  it('are handed out by a function without a right to take on any role', () => {
    const { Environment, Role } = functionNamed(made, 'exchange-token').Properties;
    for (const name of ENV) expect(Environment.Variables).toHaveProperty(name);
    const { Policies } = made.resources[Role['Fn::GetAtt'][0]]?.Properties ?? {};
    const actions = Policies[0].PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.filter((action: string) => action.startsWith('sts:') || action.startsWith('s3:'))).toEqual([]);
    expect(actions.filter((action: string) => action.startsWith('kms:'))).toEqual(['kms:Decrypt']);
  });

  it('are asked for at both APIs of agents, by whoever may call the others', () => {
    expect(methods(made)).toHaveLength(2);
    const policies = ofType(made, 'AWS::IAM::ManagedPolicy').map(([, policy]) => JSON.stringify(policy));
    const [, path = ''] = EXCHANGE_ROUTE.split(' ');
    expect(policies.some((text) => text.includes(`POST${path.replace('{ticket_id}', '*')}`))).toBe(true);
  });

  it('give cdk-nag nothing to find without a written reason', () => {
    const { app } = made;
    const found = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap(
      (pack: NagPack) =>
        (pack as unknown as { validateScope(of: App): { violations: { ruleName: string }[] } }).validateScope(app)
          .violations,
    );
    expect(found).toEqual([]);
  });

  it('is refused at synthesis where it cannot be meant', () => {
    const fails = (context: Record<string, string>) => expect(() => synthesise({ context })).toThrow();
    fails({ assetBuckets: 'orders', assetRoleArn: ROLE });
    fails({ assetBuckets: 'orders/*' });
    fails({ assetBuckets: 'orders,,reports' });
    fails({ assetRoleArn: 'arn:aws:iam::123456789012:user/ada' });
    fails({ assetRoleArn: '*' });
  });
});
