/** One stage (dev, prod …) of the system and everything in which stages differ. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { parseStandingRoles } from '../core/access/standing-roles.ts';

/** `local` is a LocalStack: the same stack without what LocalStack lacks. */
export type Target = 'aws' | 'local';

export interface Stage {
  readonly name: string;
  readonly target: Target;
  /** Where the local AWS answers; undefined on AWS. */
  readonly endpoint: string | undefined;
  /** Whether data outlives the stack: the ledger and its logs are kept, and the table cannot be deleted by mistake. */
  readonly keepsData: boolean;
  readonly logRetention: RetentionDays;
  readonly removal: RemovalPolicy;
  /** Who has which roles from the beginning, by principal: see docs/access.md. */
  readonly roles: Readonly<Record<string, unknown>>;
  /** SNS topic that alarms notify; undefined: alarms only show in CloudWatch. */
  readonly alarmTopicArn: string | undefined;
  /** Domain of one's own at which callers show certificates; undefined: API Gateway's, without. */
  readonly mutualTls: MutualTls | undefined;
  /** Whose tokens people sign in with; undefined: they have AWS credentials. */
  readonly oidc: Oidc | undefined;
  /** Whether agents without AWS credentials may come: enrolled ones, at an API that asks for no signature. */
  readonly enrolledAgents: boolean;
  /** What attempts get AWS credentials of, for the assets that they touch; undefined: they get none. */
  readonly assetAccess: AssetAccess | undefined;
}

/** A role that is there and trusts the hive's issuer, or buckets for which one is made. */
export type AssetAccess = { readonly roleArn: string } | { readonly buckets: readonly string[] };

/** See core/access/oidc/trust.ts. */
export interface Oidc {
  readonly issuer: string;
  readonly audience: string;
  readonly rolesClaim: string;
  readonly tenantsClaim: string;
}

export interface MutualTls {
  /** APIs are served at names below it. */
  readonly domainName: string;
  /** In ACM, for all names below the domain. */
  readonly certificateArn: string;
  /** PEM file of the issuers whose certificates are taken, in a bucket that keeps versions. */
  readonly truststore: { readonly bucket: string; readonly key: string; readonly version: string | undefined };
}

const LOCAL_ENDPOINT = 'http://127.0.0.1:4566';

/**
 * Reads the stage from the CDK context (`-c stage=prod -c local=true -c alarmTopicArn=…`). Without `local` in the
 * context, an AWS_ENDPOINT_URL in the environment means local: the deploy goes there too.
 *
 * @throws Error when the stage's name does not fit into resource names
 */
export function stageFrom(node: Node, environment: Readonly<Record<string, string | undefined>>): Stage {
  const name = String(node.tryGetContext('stage') ?? 'dev');
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name)) {
    throw new Error(`stage ${JSON.stringify(name)} must be 1-16 lower-case letters and digits: it is part of names`);
  }
  const endpoint = environment.AWS_ENDPOINT_URL;
  const asked = node.tryGetContext('local');
  const local = asked === undefined ? endpoint !== undefined : String(asked) === 'true';
  const keepsData = !local && name === 'prod';
  return {
    name,
    target: local ? 'local' : 'aws',
    endpoint: local ? (endpoint ?? LOCAL_ENDPOINT).replace(/\/$/, '') : undefined,
    keepsData,
    logRetention: keepsData ? RetentionDays.SIX_MONTHS : RetentionDays.TWO_WEEKS,
    removal: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    roles: rolesFrom(node.tryGetContext('roles')),
    alarmTopicArn: node.tryGetContext('alarmTopicArn'),
    mutualTls: local ? undefined : mutualTlsFrom(node),
    oidc: oidcFrom(node),
    // A local AWS trusts no issuer that it cannot reach by https.
    assetAccess: local ? undefined : assetAccessFrom(node),
    enrolledAgents: String(node.tryGetContext('enrolledAgents') ?? local) === 'true',
  };
}

/**
 * `-c domainName=hive.example.com -c certificateArn=… -c truststoreUri=s3://…/ca.pem`, and `-c truststoreVersion=…`.
 * @throws Error when one of the three is missing, or the truststore is no object of S3
 */
function mutualTlsFrom(node: Node): MutualTls | undefined {
  const [domainName, certificateArn, uri] = ['domainName', 'certificateArn', 'truststoreUri'].map(
    (name): string | undefined => node.tryGetContext(name),
  );
  if (!domainName && !certificateArn && !uri) return undefined;
  if (!domainName || !certificateArn || !uri)
    throw new Error('mutual TLS takes all of -c domainName=…, -c certificateArn=… and -c truststoreUri=…');
  const [, bucket, key] = /^s3:\/\/([a-z0-9.-]{3,63})\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined)
    throw new Error(`truststoreUri ${JSON.stringify(uri)} must be s3://<bucket>/<key>`);
  return { domainName, certificateArn, truststore: { bucket, key, version: node.tryGetContext('truststoreVersion') } };
}

/**
 * `-c oidcIssuer=https://… -c oidcAudience=…`, and `-c oidcRolesClaim=…`, `-c oidcTenantsClaim=…`.
 * @throws Error when one of the first two is missing, or the issuer is no https URL
 */
function oidcFrom(node: Node): Oidc | undefined {
  const [issuer, audience, rolesClaim, tenantsClaim] = ['Issuer', 'Audience', 'RolesClaim', 'TenantsClaim'].map(
    (name): string | undefined => node.tryGetContext(`oidc${name}`),
  );
  if (!issuer && !audience) return undefined;
  if (!issuer || !audience) throw new Error('signing in takes both of -c oidcIssuer=… and -c oidcAudience=…');
  if (!/^https:\/\/[^\s/?#@\\]+(?:\/[^\s?#\\]*)?$/.test(issuer))
    throw new Error(`oidcIssuer ${JSON.stringify(issuer)} must be an https URL without query and fragment`);
  return { issuer, audience, rolesClaim: rolesClaim || 'roles', tenantsClaim: tenantsClaim || 'tenants' };
}

/**
 * `-c assetRoleArn=arn:aws:iam::…:role/…`, or `-c assetBuckets=orders,reports`.
 * @throws Error when both are given, or one is no ARN of a role or no names of buckets
 */
function assetAccessFrom(node: Node): AssetAccess | undefined {
  const [roleArn, given] = ['assetRoleArn', 'assetBuckets'].map((name): string | undefined => node.tryGetContext(name));
  if (roleArn && given) throw new Error('assets have either -c assetRoleArn=… or -c assetBuckets=…');
  if (roleArn) {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn))
      throw new Error(`assetRoleArn ${JSON.stringify(roleArn)} must be the ARN of a role`);
    return { roleArn };
  }
  if (!given) return undefined;
  const buckets = String(given).split(',');
  const wrong = buckets.find((bucket) => !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket));
  if (wrong !== undefined) throw new Error(`assetBuckets: ${JSON.stringify(wrong)} is no name of a bucket`);
  return { buckets };
}

/** `-c roles='{"arn:aws:iam::123456789012:role/Admin": ["security"]}'`, or as an object in cdk.json. @throws Error */
function rolesFrom(given: unknown): Readonly<Record<string, unknown>> {
  const roles: unknown = typeof given === 'string' ? JSON.parse(given) : (given ?? {});
  if (roles === null || typeof roles !== 'object' || Array.isArray(roles))
    throw new Error('roles must be an object: by principal, a list of roles');
  // What the functions could not read would take the API down.
  parseStandingRoles(JSON.stringify(roles));
  return roles as Readonly<Record<string, unknown>>;
}

/** On a local AWS nobody is named by the gateway: see lambdas/runtime/identity.ts. */
export const callersOf = ({ target }: Pick<Stage, 'target'>): 'signature' | 'gateway' =>
  target === 'local' ? 'signature' : 'gateway';

/** `hive-<stage>-<what>`: every resource with a name of its own is called so. */
export const nameIn = (stage: Stage, what: string): string => `hive-${stage.name}-${what}`;
