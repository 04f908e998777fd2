/** Once a minute: a round for every pool in which a ticket waits, should a wake-up have died on its way. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/sweep-pools/contract.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import { nameIn, type Stage } from './stage.ts';

export interface SweepPoolsProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly pool: PoolQueue;
}

export class SweepPools extends Construct {
  constructor(scope: Construct, id: string, props: SweepPoolsProps) {
    super(scope, id);
    const { stage, ledger, pool } = props;
    const { function: sweep } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'sweep-pools',
      environment: { LEDGER_TABLE: ledger.table.tableName, POOL_QUEUE_URL: pool.queue.queueUrl },
      may: [ledger.mayLoad(), pool.maySend()],
      timeout: Duration.seconds(50),
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, 'sweep-pools-clock'),
      description: 'A round for every pool in which a ticket waits',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
  }
}
