/** From the timer queue to whatever is due: a lost attempt, a backoff that is over, a plan's deadline or a stopped execution. */
import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/fire-timers/contract.ts';
import { HiveFunction } from './hive-function.ts';
import { mayDeliver } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import type { Stage } from './stage.ts';
import { LOOK_TIMEOUT, type TimerQueue } from './timer-queue.ts';

export interface FireTimersProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class FireTimers extends Construct {
  constructor(scope: Construct, id: string, props: FireTimersProps) {
    super(scope, id);
    const { stage, ledger, machines, pool, timers } = props;
    const { function: fire } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'fire-timers',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
        ...machines.environment,
      },
      may: [
        timers.mayConsume(),
        timers.maySet(),
        ...ledger.mayEnd(),
        // A plan that is started again reopens its tickets as it then stands.
        ledger.mayCheck(),
        pool.maySend(),
        mayDeliver(this, stage),
        machines.mayAnswerTasks(),
        machines.mayLook(),
        machines.mayStart(),
        ...machines.mayMake(),
      ],
      timeout: LOOK_TIMEOUT,
      memorySize: 1024,
    });
    const due = new EventSourceMapping(this, 'TimerQueue', {
      target: fire,
      eventSourceArn: timers.queue.queueArn,
      batchSize: 10,
      // Looks are due by the second, at most: leases are 15 s and more, and nothing on a ticket's way waits for one.
      maxBatchingWindow: Duration.seconds(2),
      reportBatchItemFailures: true,
      // A burst of timers, an outage's end say, must not take all the account's concurrency from the agents' calls.
      ...(stage.target === 'aws' && { maxConcurrency: 50 }),
    });
    Validations.of(due).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: "a queue's own redrive policy keeps what failed: SQS event sources take no failure destination",
    });
  }
}
