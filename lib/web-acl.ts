/**
 * What keeps a call from an API before anything of ours runs: AWS's rules about known attacks and addresses of ill repute,
 * a rate for each address, and sizes. Not on a local AWS, which has no WAF.
 */

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { nameIn, type Stage } from './stage.ts';

/** Calls of an address in five minutes. A fleet of agents behind one address makes 24 a minute each: room for 800. */
const CALLS_PER_ADDRESS = 100_000;
/** What asks for no signature and no credential, by its path, with or without a stage; and calls of it by an address in five minutes. */
const OPEN = [
  // An agent exchanges once: a rack of them that is switched on behind one address.
  { name: 'ExchangesPerAddress', path: '/enrolments/[^/]+/exchange/?$', limit: 100 },
  // Whoever verifies tokens keeps the keys for a minute: room for 600 behind one address.
  { name: 'KeyReadsPerAddress', path: '/\\.well-known/', limit: 3_000 },
];
/** API Gateway takes 10 KB of request line and headers. */
const MAX_PATH_BYTES = 4_096;
const MAX_QUERY_BYTES = 9_216;

/**
 * Rules of AWS's common set that count here and do not block: bodies hold what programs printed, are checked against a
 * schema and shown in no page; a page's cursor is longer than 2 KB; both have limits of their own.
 */
const COUNTED = [
  'SizeRestrictions_BODY',
  'SizeRestrictions_QUERYSTRING',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

export class WebAcl extends Construct {
  readonly #acl: CfnWebACL;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const name = nameIn(stage, 'apis');
    this.#acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: told(name),
      rules: [
        managed(0, 'AWSManagedRulesAmazonIpReputationList'),
        managed(1, 'AWSManagedRulesCommonRuleSet', COUNTED),
        managed(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
        {
          ...{ name: 'CallsPerAddress', priority: 3, action: TOO_MANY },
          statement: { rateBasedStatement: { limit: CALLS_PER_ADDRESS, aggregateKeyType: 'IP' } },
          visibilityConfig: told('CallsPerAddress'),
        },
        larger(4, 'PathTooLong', { uriPath: {} }, MAX_PATH_BYTES),
        larger(5, 'QueryTooLong', { queryString: {} }, MAX_QUERY_BYTES),
        ...OPEN.map((of, at) => rated(6 + at, of)),
      ],
    });
  }

  /** Has it stand before the API. */
  guard(id: string, api: RestApi): void {
    new CfnWebACLAssociation(this, id, {
      resourceArn: api.deploymentStage.stageArn,
      webAclArn: this.#acl.attrArn,
    });
  }
}

const told = (metricName: string) => ({
  ...{ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName },
});

const TOO_MANY = { block: { customResponse: { responseCode: 429 } } };

const rated = (priority: number, { name, path, limit }: (typeof OPEN)[number]): CfnWebACL.RuleProperty => ({
  ...{ name, priority, action: TOO_MANY, visibilityConfig: told(name) },
  statement: {
    rateBasedStatement: {
      ...{ limit, aggregateKeyType: 'IP' },
      scopeDownStatement: {
        regexMatchStatement: {
          ...{ fieldToMatch: { uriPath: {} }, regexString: path },
          // As the gateway reads it.
          textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
        },
      },
    },
  },
});

const managed = (priority: number, name: string, counted: readonly string[] = []): CfnWebACL.RuleProperty => ({
  ...{ name, priority, overrideAction: { none: {} }, visibilityConfig: told(name) },
  statement: {
    managedRuleGroupStatement: {
      ...{ vendorName: 'AWS', name },
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});

const larger = (
  priority: number,
  name: string,
  fieldToMatch: CfnWebACL.FieldToMatchProperty,
  size: number,
): CfnWebACL.RuleProperty => ({
  ...{ name, priority, action: { block: {} }, visibilityConfig: told(name) },
  statement: {
    sizeConstraintStatement: {
      ...{ fieldToMatch, size, comparisonOperator: 'GT' },
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  },
});
