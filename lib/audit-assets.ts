/** Every quarter of an hour: each asset of the catalogue is judged by the rules in force. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type ENV, NON_CONFORMING } from '../lambdas/audit-assets/contract.ts';
import { HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { nameIn, type Stage } from './stage.ts';

export interface AuditAssetsProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
}

const NAME = 'audit-assets';
const EVERY = Duration.minutes(15);

export class AuditAssets extends Construct {
  constructor(scope: Construct, id: string, props: AuditAssetsProps) {
    super(scope, id);
    const { stage, ledger } = props;
    const { function: audit } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: NAME,
      environment: { LEDGER_TABLE: ledger.table.tableName },
      may: ledger.mayAuditAssets(),
      timeout: Duration.minutes(5),
      memorySize: 1024,
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, `${NAME}-clock`),
      description: 'Each asset is judged by the rules in force',
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(audit, { retryAttempts: 1, maxEventAge: EVERY })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a quarter of an hour later',
    });
    new HiveAlarm(this, 'AssetsNonConforming', {
      stage,
      metric: new Metric({
        namespace: 'NeuralHive',
        metricName: `neural_hive_orchestrator_${NON_CONFORMING}`,
        dimensionsMap: { service: NAME },
        statistic: 'Maximum',
        period: EVERY,
      }),
      above: 0,
      // One is put and mended within the hour, often.
      periods: 4,
      means: 'Assets of the catalogue have not conformed for an hour: nothing calls them.',
    });
    new HiveAlarm(this, 'AuditAssetsErrors', {
      stage,
      metric: audit.metricErrors({ period: EVERY, statistic: 'Sum' }),
      above: 0,
      periods: 2,
      means: 'The catalogue could not be audited: overdue reviews and new rules are not noted.',
    });
  }
}
