import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '../../core/http-headers.ts';
import { stageFrom } from '../../lib/stage.ts';
import { ofType, synthesise } from './synth.ts';

const plain = synthesise();
const guarded = synthesise({
  checks: true,
  context: {
    domainName: 'hive.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000',
    truststoreUri: 's3://trust/issuers/ca.pem',
    truststoreVersion: 'v7',
  },
});

describe('The web ACL', () => {
  const [acl] = ofType(plain, 'AWS::WAFv2::WebACL').map(([, { Properties }]) => Properties);
  const rules = (acl?.Rules ?? []) as { Name: string; Action?: object; Statement: Record<string, unknown> }[];

  it('stands before the stage of each API', () => {
    const stages = ofType(plain, 'AWS::ApiGateway::Stage').map(([id]) => id);
    const guards = ofType(plain, 'AWS::WAFv2::WebACLAssociation').map(([, { Properties }]) =>
      JSON.stringify(Properties.ResourceArn),
    );
    expect(stages).toHaveLength(3);
    for (const id of stages) expect(guards.filter((arn) => arn.includes(id))).toHaveLength(1);
  });

  it('has AWS’s rules on attacks and addresses, a rate for each address, and sizes', () => {
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
    expect(rules.map(({ Name }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'CallsPerAddress',
      'PathTooLong',
      'QueryTooLong',
      'ExchangesPerAddress',
      'KeyReadsPerAddress',
    ]);
    expect(rules[3]?.Statement).toMatchObject({ RateBasedStatement: { Limit: 100_000, AggregateKeyType: 'IP' } });
    for (const { Action } of rules.slice(3)) expect(Object.keys(Action ?? {})).toEqual(['Block']);
  });

  it.each([
    [
      'ExchangesPerAddress',
      100,
      ['/prod/enrolments/e-1/exchange', '/enrolments/e-1/exchange/'],
      ['/prod/enrolments/e-1/withdraw', '/prod/tickets/t-1/exchange'],
    ],
    [
      'KeyReadsPerAddress',
      3000,
      ['/prod/.well-known/jwks.json', '/.well-known/spiffe-bundle.json'],
      ['/prod/xwell-known/jwks.json', '/prod/agents/a/heartbeat'],
    ],
  ])(
    'has %s: %i calls in five minutes of what asks for nothing, and of no other path',
    (name, limit, meant, others) => {
      const rule = rules.find(({ Name }) => Name === name);
      expect(rule).toMatchObject({ Action: { Block: { CustomResponse: { ResponseCode: 429 } } } });
      const rate = rule?.Statement.RateBasedStatement as {
        ScopeDownStatement: { RegexMatchStatement: { RegexString: string; FieldToMatch: object } };
      };
      expect(rate).toMatchObject({ Limit: limit, AggregateKeyType: 'IP' });
      const { RegexString, FieldToMatch } = rate.ScopeDownStatement.RegexMatchStatement;
      expect(FieldToMatch).toEqual({ UriPath: {} });
      const matched = [...meant, ...others].filter((path) => new RegExp(RegexString).test(path));
      expect(matched).toEqual(meant);
    },
  );

  it('is left out on a local AWS, which has none', () => {
    const local = synthesise({ target: 'local' });
    expect(ofType(local, 'AWS::WAFv2::WebACL')).toEqual([]);
    expect(ofType(local, 'AWS::WAFv2::WebACLAssociation')).toEqual([]);
  });
});

describe('Mutual TLS', () => {
  it('is asked of whoever calls, at a domain of one’s own and nowhere else; public keys are for everybody', () => {
    const domains = ofType(guarded, 'AWS::ApiGateway::DomainName').map(([, { Properties }]) => Properties);
    expect(domains.map(({ DomainName }) => DomainName).sort()).toEqual([
      'agents.hive.example.com',
      'monitoring.hive.example.com',
    ]);
    for (const domain of domains)
      expect(domain).toMatchObject({
        SecurityPolicy: 'TLS_1_2',
        EndpointConfiguration: { Types: ['REGIONAL'] },
        MutualTlsAuthentication: { TruststoreUri: 's3://trust/issuers/ca.pem', TruststoreVersion: 'v7' },
      });
    const apis = ofType(guarded, 'AWS::ApiGateway::RestApi').map(([, { Properties }]) => Properties);
    expect(apis.map(({ DisableExecuteApiEndpoint }) => DisableExecuteApiEndpoint)).toEqual([true, undefined, true]);
    expect(ofType(guarded, 'AWS::ApiGateway::BasePathMapping')).toHaveLength(2);
    expect(guarded.outputs.ApiUrl?.Value).toBe('https://agents.hive.example.com');
    expect(guarded.outputs.MonitoringApiUrl?.Value).toBe('https://monitoring.hive.example.com');
  });

  it('is not asked for where there is no domain', () => {
    expect(ofType(plain, 'AWS::ApiGateway::DomainName')).toEqual([]);
    for (const [, { Properties }] of ofType(plain, 'AWS::ApiGateway::RestApi'))
      expect(Properties.DisableExecuteApiEndpoint).toBeUndefined();
  });

  it('is refused where half of it is said', () => {
    const of = (context: Record<string, string>) => () => stageFrom(new App({ context }).node, {});
    expect(of({ domainName: 'hive.example.com' })).toThrow('mutual TLS takes all of');
    const half = { domainName: 'hive.example.com', certificateArn: 'arn', truststoreUri: 'https://trust/ca.pem' };
    expect(of(half)).toThrow('must be s3://');
  });
});

/** A static value, in single quotes and without any. */
const staticOf = (name: string): string =>
  `'${({ ...SECURITY_HEADERS, 'cache-control': 'no-store' } as Record<string, string>)[name]?.replaceAll("'", '"')}'`;

it('What the gateway answers by itself has the security headers of all answers', () => {
  const answers = ofType(plain, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);
  expect(answers.map(({ ResponseType }) => ResponseType).sort()).toEqual([
    ...['DEFAULT_4XX', 'DEFAULT_4XX', 'DEFAULT_4XX', 'DEFAULT_5XX', 'DEFAULT_5XX', 'DEFAULT_5XX'],
  ]);
  for (const { ResponseParameters } of answers)
    for (const name of [...Object.keys(SECURITY_HEADERS), 'cache-control'])
      expect(ResponseParameters[`gatewayresponse.header.${name}`]).toBe(staticOf(name));
});
