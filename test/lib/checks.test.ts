import { type IPolicyValidationPlugin, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { acknowledgeWildcards } from '../../lib/permission.ts';
import { type Synthesised, synthesise } from './synth.ts';
import { templateOf } from './templates.ts';

const findings = ({ app }: Synthesised): string[] =>
  [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack: NagPack & IPolicyValidationPlugin) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
      ),
  );

describe('cdk-nag', () => {
  test.each([
    { target: 'aws', stage: 'dev' },
    { target: 'aws', stage: 'prod' },
    { target: 'local', stage: 'dev' },
  ] as const)('finds nothing without a written reason: stage $stage on $target', (options) => {
    expect(findings(synthesise({ ...options, templates: [templateOf(['build', 'test'])], checks: true }))).toEqual([]);
  });

  test('would find a wildcard that nobody has given a reason for', () => {
    const synthesised = synthesise();
    const role = new Role(new Stack(synthesised.app, 'Other'), 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    expect(findings(synthesised)).toEqual(['AwsSolutions-IAM5[Resource::*] Other/Role/DefaultPolicy/Resource']);
  });
});

describe('A permission', () => {
  const { stack } = synthesise();
  const actions = ['sqs:SendMessage'];

  test('with a wildcard needs a reason', () => {
    expect(() => acknowledgeWildcards(stack, [{ actions, resources: ['arn:aws:sqs:::x-*'] }])).toThrow(/wildcard/);
  });

  test('without a wildcard takes no reason', () => {
    const permission = { actions, resources: ['arn:aws:sqs:::x'], wildcardBecause: 'it was wide once' };
    expect(() => acknowledgeWildcards(stack, [permission])).toThrow(/wildcard/);
  });
});
