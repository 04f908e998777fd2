/** Once a minute: what each pool will need, as metrics and as an event that whoever scales agents can follow. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/forecast-demand/contract.ts';
import type { Bus } from './bus.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { nameIn, type Stage } from './stage.ts';

export interface ForecastDemandProps {
  readonly stage: Stage;
  readonly bus: Bus;
  readonly ledger: Ledger;
}

export class ForecastDemand extends Construct {
  constructor(scope: Construct, id: string, props: ForecastDemandProps) {
    super(scope, id);
    const { stage, bus, ledger } = props;
    const { function: forecast } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'forecast-demand',
      environment: { LEDGER_TABLE: ledger.table.tableName, EVENT_BUS_NAME: bus.eventBus.eventBusName },
      may: [ledger.mayLoad(), ledger.mayLoadMany(), bus.mayPublish()],
      timeout: Duration.seconds(50),
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, 'forecast-demand-clock'),
      description: 'What each pool will need in the next minutes',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(forecast, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
  }
}
