/** From the bus to a running plan: an approved plan is checked, its tickets are written, its machine is started. */
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { PLAN_APPROVED } from '../core/messages/bus-events.ts';
import type { ENV } from '../lambdas/accept-plan/contract.ts';
import type { Bus } from './bus.ts';
import { DeadLetters } from './dead-letters.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import { nameIn, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface AcceptPlanProps {
  readonly stage: Stage;
  readonly bus: Bus;
  readonly ledger: Ledger;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class AcceptPlan extends Construct {
  constructor(scope: Construct, id: string, props: AcceptPlanProps) {
    super(scope, id);
    const { stage, bus, ledger, machines, pool, timers } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'accept-plan',
      alarm: 'AcceptPlanDeadLetters',
      means: 'An approved plan could not be accepted: it has no answer, neither PlanAccepted nor PlanRejected.',
    });
    const { function: accept } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'accept-plan',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
        ...machines.environment,
      },
      may: [
        ledger.mayLoad(),
        ledger.mayLook(),
        // Agents, whose slots a new plan's tickets are ranked for.
        ledger.mayLoadMany(),
        ledger.mayAppend(),
        machines.mayStart(),
        ...machines.mayMake(),
        timers.maySet(),
        deadLetters.mayReceive(),
      ],
      // A plan of thousands of tickets is many transactions.
      timeout: Duration.minutes(2),
      memorySize: 1769,
    });
    accept.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetters.queue),
    });
    new Rule(this, 'PlanApproved', {
      ruleName: nameIn(stage, 'plan-approved'),
      description: 'Approved cognitive plans, from any producer',
      eventBus: bus.eventBus,
      eventPattern: { detailType: [PLAN_APPROVED] },
      // The same dead letters twice over: for events that the function was never given, and for those it failed at.
      targets: [
        new LambdaFunction(accept, {
          deadLetterQueue: deadLetters.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
    new HiveAlarm(this, 'AcceptPlanErrors', {
      stage,
      metric: accept.metricErrors({ period: ALARM_PERIOD, statistic: 'Sum' }),
      above: 0,
      periods: 3,
      means: 'accept-plan keeps failing: a plan is tried three times within minutes, then it is a dead letter.',
    });
  }
}
