/**
 * The role that AWS credentials of attempts are of: all that the hive may ever hand out, of which each attempt gets what its
 * task names. It is taken on with tokens of the hive's own issuer and by nobody's rights; there only where the deployment says so.
 */
import { Fn, Stack } from 'aws-cdk-lib';
import { CfnOIDCProvider, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards, type Permission, policyOf } from './permission.ts';
import type { PublishKeys } from './publish-keys.ts';
import { type AssetAccess, nameIn, type Stage } from './stage.ts';

/** Whom the tokens are for: as core/credential/exchange/web-identity.ts makes them. */
const AUDIENCE = 'sts.amazonaws.com';

export interface AssetRoleProps {
  readonly stage: Stage;
  readonly access: AssetAccess;
  readonly keys: PublishKeys;
  /** of the hive's SPIFFE IDs */
  readonly trustDomain: string;
}

export class AssetRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: AssetRoleProps) {
    super(scope, id);
    const { access } = props;
    // Somebody else's keeps its own trust: docs/tokens.md has what that has to say.
    this.roleArn = 'roleArn' in access ? access.roleArn : this.#role(access.buckets, props);
  }

  #role(buckets: readonly string[], { stage, keys, trustDomain }: AssetRoleProps): string {
    const provider = new CfnOIDCProvider(this, 'Issuer', { url: keys.url, clientIdList: [AUDIENCE] });
    // IAM asks the issuer when it is made.
    provider.node.addDependency(keys.api.deploymentStage);
    const may = buckets.flatMap((bucket) => mayUse(bucket, Stack.of(this).partition));
    const roleName = nameIn(stage, 'assets');
    const role = new CfnRole(this, 'Role', {
      roleName,
      description: 'Assets that attempts of tickets may read and write, each only its own',
      assumeRolePolicyDocument: trustOf(keys.url, provider.attrArn, trustDomain),
      policies: [{ policyName: 'permissions', policyDocument: policyOf(may) }],
    });
    acknowledgeWildcards(role, may);
    // By its name: the function that hands it out comes before the keys' API, which IAM asks when the issuer is made.
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
  }
}

/** As Fn::Sub has it. */
const reference = (name: string): string => `\${${name}}`;

/** A condition's key has the issuer in it, and a template's keys hold no references: the document is text, which may. */
function trustOf(issuer: string, providerArn: string, trustDomain: string): string {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: reference('Provider') },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${reference('Issuer')}:aud`]: AUDIENCE },
          StringLike: { [`${reference('Issuer')}:sub`]: `spiffe://${trustDomain}/agent/*` },
        },
      },
    ],
  };
  const host = Fn.select(1, Fn.split('https://', issuer));
  return Fn.sub(JSON.stringify(document), { Provider: providerArn, Issuer: host });
}

function mayUse(bucket: string, partition: string): Permission[] {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return [
    {
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [`${arn}/*`],
      wildcardBecause:
        "the objects are assets' own: which of them an attempt gets is said by the policy of its session",
    },
    { actions: ['s3:ListBucket'], resources: [arn] },
  ];
}
