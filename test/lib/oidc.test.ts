import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ENV } from '../../lambdas/authorize-caller/contract.ts';
import { stageFrom } from '../../lib/stage.ts';
import { functionNamed, ofType, synthesise } from './synth.ts';

const context = { oidcIssuer: 'https://login.example.com/acme', oidcAudience: 'hive' };
const signed = synthesise({ context, checks: true });
const plain = synthesise();

const apiNamed = (name: string) =>
  ofType(signed, 'AWS::ApiGateway::RestApi').find(([, { Properties }]) => Properties.Name === name)?.[0];
const api = apiNamed('hive-dev-sign-in');
const ofApi = (type: string) => ofType(signed, type).filter(([, { Properties }]) => Properties.RestApiId.Ref === api);

describe('Signing in by OpenID Connect', () => {
  it('has an API of its own onto the function of the Monitoring API, and an output that says where', () => {
    const [[, method] = []] = ofApi('AWS::ApiGateway::Method');
    const [serveId] = ofType(signed, 'AWS::Lambda::Function').find(
      ([, { Properties }]) => Properties.FunctionName === 'hive-dev-serve-api',
    ) ?? [''];
    expect(ofApi('AWS::ApiGateway::Method')).toHaveLength(1);
    expect(method?.Properties.HttpMethod).toBe('ANY');
    expect(JSON.stringify(method?.Properties.Integration.Uri)).toContain(serveId);
    expect(JSON.stringify(signed.outputs.SignInApiUrl?.Value)).toContain(api);
  });

  it('asks authorize-caller about the token of each call, and keeps none of its answers', () => {
    const [[id, authorizer] = []] = ofApi('AWS::ApiGateway::Authorizer');
    expect(authorizer?.Properties).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 0,
    });
    const [[, method] = []] = ofApi('AWS::ApiGateway::Method');
    expect(method?.Properties).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: id } });
    const regex = new RegExp(authorizer?.Properties.IdentityValidationExpression);
    expect(regex.test('Bearer a-_9.b.c')).toBe(true);
    for (const none of ['Bearer a.b', 'Bearer a.b.', 'Basic a.b.c', 'Bearer a.b.c d', ''])
      expect(regex.test(none)).toBe(false);
  });

  it('is throttled, logged, traced and behind the web ACL, with security headers of its own', () => {
    const [[id, stage] = []] = ofApi('AWS::ApiGateway::Stage');
    expect(stage?.Properties).toMatchObject({
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: expect.anything() },
      MethodSettings: [
        { DataTraceEnabled: false, LoggingLevel: 'ERROR', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 50 },
      ],
    });
    const walls = ofType(signed, 'AWS::WAFv2::WebACLAssociation').map(([, w]) =>
      JSON.stringify(w.Properties.ResourceArn),
    );
    expect(walls.filter((arn) => arn.includes(`${id}`))).toHaveLength(1);
    expect(ofApi('AWS::ApiGateway::GatewayResponse')).toHaveLength(2);
  });

  it('gives authorize-caller the environment of its contract, and leave to log and trace only', () => {
    const authorize = functionNamed(signed, 'authorize-caller');
    const { Variables } = authorize.Properties.Environment;
    expect(Variables).toMatchObject({
      ...{ OIDC_ISSUER: context.oidcIssuer, OIDC_AUDIENCE: 'hive' },
      ...{ OIDC_ROLES_CLAIM: 'roles', OIDC_TENANTS_CLAIM: 'tenants' },
    });
    expect(Object.keys(Variables)).toEqual(expect.arrayContaining([...ENV]));
    const role = signed.resources[authorize.Properties.Role['Fn::GetAtt'][0]];
    const actions = role?.Properties.Policies.flatMap(
      (policy: { PolicyDocument: { Statement: { Action: string }[] } }) =>
        policy.PolicyDocument.Statement.flatMap(({ Action }) => Action),
    );
    expect(actions.every((action: string) => /^(logs|xray):/.test(action))).toBe(true);
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

  it('is not there where no issuer is named', () => {
    expect(plain.outputs.SignInApiUrl).toBeUndefined();
    expect(ofType(plain, 'AWS::ApiGateway::Authorizer')).toEqual([]);
  });

  it('is refused where half of it is said, or the issuer is no https URL', () => {
    const of = (half: Record<string, string>) => () => stageFrom(new App({ context: half }).node, {});
    expect(of({ oidcIssuer: 'https://login.example.com' })).toThrow('takes both of');
    for (const oidcIssuer of ['http://login.example.com', 'https://a.example/?x', 'https://u@a.example', 'https://'])
      expect(of({ oidcIssuer, oidcAudience: 'hive' })).toThrow('must be an https URL');
  });
});
