/** The end of a plan: its machine calls this whichever way it went, and waits here for its compensation; the bus does for a machine that could not. */
import { Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/complete-plan/contract.ts';
import { DeadLetters } from './dead-letters.ts';
import { HiveFunction } from './hive-function.ts';
import { mayDeliver } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import { nameIn, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface CompletePlanProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class CompletePlan extends Construct {
  constructor(scope: Construct, id: string, props: CompletePlanProps) {
    super(scope, id);
    const { stage, ledger, machines, pool, timers } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'complete-plan',
      alarm: 'CompletePlanDeadLetters',
      means: "A plan's execution has ended and the plan may not have: its tickets stay as they are.",
    });
    const { function: complete } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      // Plan machines call it by this name.
      name: 'complete-plan',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
      },
      may: [
        ...ledger.mayEnd(),
        mayDeliver(this, stage),
        machines.mayAnswerTasks(),
        timers.maySet(),
        pool.maySend(),
        deadLetters.mayReceive(),
      ],
      timeout: Duration.minutes(2),
      memorySize: 1024,
    });
    complete.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetters.queue),
    });
    // Stopped in the console, timed out, over a limit: such an execution never reaches the state that tells of its end.
    new Rule(this, 'MachineEnded', {
      ruleName: nameIn(stage, 'plan-machine-ended'),
      description: 'Executions of plans that did not succeed, in case they could not say so themselves',
      // Step Functions tells the account's default bus.
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: Match.prefix(machines.arnPrefix),
        },
      },
      targets: [
        new LambdaFunction(complete, {
          deadLetterQueue: deadLetters.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}
