/** Once a minute: the error budget of tickets' deadlines says which strategy rounds go by. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/choose-strategy/contract.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { nameIn, type Stage } from './stage.ts';

export interface ChooseStrategyProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
}

export class ChooseStrategy extends Construct {
  constructor(scope: Construct, id: string, props: ChooseStrategyProps) {
    super(scope, id);
    const { stage, ledger } = props;
    const { function: choose } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'choose-strategy',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      may: [ledger.mayReadCounts(), ledger.mayChooseStrategy()],
      timeout: Duration.seconds(50),
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, 'choose-strategy-clock'),
      description: 'How much of the error budget is left, and does that ask for another strategy?',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(choose, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
  }
}
