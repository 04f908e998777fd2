/** The log of all events: once a minute it gets a head, signed by KMS, in a bucket where nothing can be changed. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type ENV, PENDING_AGE } from '../lambdas/seal-log/contract.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { acknowledgeWildcards, type Permission, policyOf } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

export interface AuditLogProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
}

const NAME = 'seal-log';
/** What was committed is under a signed head within a minute or two. */
const BEHIND_S = 600;

export class AuditLog extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;
  /** Read all there is to verify, change nothing. */
  readonly auditPolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: AuditLogProps) {
    super(scope, id);
    const { stage, ledger } = props;
    // Named here, since the key's policy names the role, and the role's the key.
    const roleName = nameIn(stage, NAME);
    const sealer = Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
    this.bucket = this.#bucket(stage);
    this.key = new Key(this, 'Key', {
      alias: `alias/${nameIn(stage, 'audit-log')}`,
      description: 'Signs the heads of the log of all events',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: stage.target === 'local' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    // Whatever others are granted: nobody else signs a head, puts one, or hides one behind a newer version or a marker.
    this.key.addToResourcePolicy(onlyBy(sealer, '*', 'kms:Sign'));
    this.bucket.addToResourcePolicy(onlyBy(sealer, this.bucket.arnForObjects('*'), 's3:PutObject', 's3:DeleteObject'));
    const { function: seal } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: NAME,
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        LOG_BUCKET: this.bucket.bucketName,
        LOG_KEY_ARN: this.key.keyArn,
        LOG_NAME: nameIn(stage, 'log'),
      },
      may: [
        ...ledger.maySeal(),
        this.#mayUseHeads('s3:GetObject', 's3:PutObject'),
        // Its public key tells whether a head is its own: of the last one, and of one that somebody left behind.
        { actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [this.key.keyArn] },
      ],
      roleName,
      timeout: Duration.seconds(50),
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, `${NAME}-clock`),
      description: 'What was committed is put under a signed head',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(seal, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
    new HiveAlarm(this, 'AuditLogErrors', {
      stage,
      metric: seal.metricErrors({ period: ALARM_PERIOD }),
      above: 0,
      periods: 3,
      means: 'No head of the audit log could be sealed: it may be forked, or KMS or S3 refuse.',
    });
    new HiveAlarm(this, 'AuditLogBehind', {
      stage,
      metric: new Metric({
        namespace: 'NeuralHive',
        metricName: `neural_hive_orchestrator_${PENDING_AGE}`,
        dimensionsMap: { service: NAME },
        period: ALARM_PERIOD,
        statistic: 'Maximum',
      }),
      above: BEHIND_S,
      periods: 3,
      means: 'Committed events are under no signed head for longer than ten minutes.',
    });
    this.auditPolicy = this.#policy(stage, ledger);
  }

  #bucket(stage: Stage): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      // Proof of what happened outlives the stack; a local one is thrown away with its AWS.
      removalPolicy: stage.target === 'local' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      objectLockEnabled: true,
      // COMPLIANCE: nobody, the account's root included, shortens it.
      objectLockDefaultRetention: stage.keepsData
        ? ObjectLockRetention.compliance(Duration.days(400))
        : ObjectLockRetention.governance(Duration.days(1)),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'objects are locked and each is checked by its signature; who reads them is in CloudTrail, where that is on',
    });
    return bucket;
  }

  #mayUseHeads(...actions: string[]): Permission {
    return {
      actions,
      resources: [this.bucket.arnForObjects('heads/*')],
      wildcardBecause: 'heads are numbered as they are made',
    };
  }

  #policy(stage: Stage, ledger: Ledger): ManagedPolicy {
    const may = [
      ledger.mayLoad(),
      ledger.mayLook(),
      ledger.mayListByParent(),
      this.#mayUseHeads('s3:GetObject'),
      { actions: ['kms:GetPublicKey'], resources: [this.key.keyArn] },
    ];
    const policy = new ManagedPolicy(this, 'Auditor', {
      managedPolicyName: nameIn(stage, 'auditor'),
      description: 'Read and verify everything that was recorded, change nothing',
      document: policyOf(may),
    });
    acknowledgeWildcards(policy, may);
    return policy;
  }
}

/** Denied to whoever is not this role, whatever else allows it. */
const onlyBy = (role: string, resource: string, ...actions: string[]): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: [resource],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': role } },
  });
