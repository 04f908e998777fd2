/** Keys that sign tickets' tokens: made and wrapped by KMS, rotated once a minute where that is due. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type ENV, SIGNING_AGE } from '../lambdas/rotate-keys/contract.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

export interface TokenKeysProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
}

const NAME = 'rotate-keys';
/** Keys sign for a day; one that signs for two was not rotated. */
const TOO_OLD_S = 2 * 86_400;

export class TokenKeys extends Construct {
  /** Wraps the keys that sign. */
  readonly key: Key;
  /** Of the hive's SPIFFE IDs. */
  readonly trustDomain: string;
  readonly #ledger: Ledger;

  constructor(scope: Construct, id: string, props: TokenKeysProps) {
    super(scope, id);
    const { stage, ledger } = props;
    this.#ledger = ledger;
    this.trustDomain = `hive-${stage.name}`;
    this.key = new Key(this, 'Key', {
      alias: `alias/${nameIn(stage, 'token-keys')}`,
      description: "Wraps the keys that sign tickets' tokens",
      enableKeyRotation: true,
      removalPolicy: stage.target === 'local' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const { function: rotate } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: NAME,
      environment: { LEDGER_TABLE: ledger.table.tableName, ...this.issuing },
      may: [ledger.mayRotateKeys(), this.#mayMake()],
      timeout: Duration.seconds(50),
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, `${NAME}-clock`),
      description: 'Keys that sign tokens come and go',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(rotate, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
    new HiveAlarm(this, 'RotateKeysErrors', {
      stage,
      metric: rotate.metricErrors({ period: ALARM_PERIOD }),
      above: 0,
      periods: 3,
      means: 'Keys of tokens could not be rotated: KMS or the ledger refuse.',
    });
    new HiveAlarm(this, 'TokenKeyTooOld', {
      stage,
      metric: new Metric({
        namespace: 'NeuralHive',
        metricName: `neural_hive_orchestrator_${SIGNING_AGE}`,
        dimensionsMap: { service: NAME },
        period: ALARM_PERIOD,
        statistic: 'Maximum',
      }),
      above: TOO_OLD_S,
      periods: 3,
      means: 'The key that signs tokens was not followed by another one for two days.',
    });
  }

  /** What functions that check tokens have in their environment. */
  get checking() {
    return { TRUST_DOMAIN: this.trustDomain };
  }

  /** What functions that issue tokens have in their environment. */
  get issuing() {
    return { ...this.checking, TOKEN_KEY_ARN: this.key.keyArn };
  }

  /** Check tokens: read the ring, and record what is refused. */
  mayCheck(): Permission[] {
    return [this.#ledger.mayReadKeyRing(), this.#ledger.mayRefuse()];
  }

  /** Issue tokens: have the keys that sign unwrapped. */
  mayIssue(): Permission {
    return { actions: ['kms:Decrypt'], resources: [this.key.keyArn] };
  }

  /** Issue the first token there is, sooner than the schedule makes its key. */
  mayIssueFirst(): Permission[] {
    return [this.mayIssue(), this.#mayMake(), this.#ledger.mayRotateKeys()];
  }

  #mayMake(): Permission {
    return { actions: ['kms:GenerateDataKeyPairWithoutPlaintext'], resources: [this.key.keyArn] };
  }
}
