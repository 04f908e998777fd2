/** From the pool queue to an agent: one round at a time per pool matches waiting tickets with agents. */
import { Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/schedule-tickets/contract.ts';
import { HiveFunction } from './hive-function.ts';
import { mayDeliver } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import type { PlanMachines } from './plan-machines.ts';
import { type PoolQueue, ROUND_TIMEOUT } from './pool-queue.ts';
import type { Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface ScheduleTicketsProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class ScheduleTickets extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleTicketsProps) {
    super(scope, id);
    const { stage, ledger, machines, pool, timers } = props;
    const { function: schedule } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'schedule-tickets',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
      },
      may: [
        pool.mayConsume(),
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayLoadMany(),
        ledger.mayListByParent(),
        ledger.mayAppend(),
        ledger.mayTryBreakers(),
        ledger.mayRemove(),
        mayDeliver(this, stage),
        pool.maySend(),
        timers.maySet(),
        machines.mayAnswerTasks(),
      ],
      timeout: ROUND_TIMEOUT,
      memorySize: 1769,
    });
    const rounds = new EventSourceMapping(this, 'PoolQueue', {
      target: schedule,
      eventSourceArn: pool.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // Pools share this; without it a burst of pools would take all the account's concurrency from the agents' calls.
      ...(stage.target === 'aws' && { maxConcurrency: 50 }),
    });
    Validations.of(rounds).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: "a queue's own redrive policy keeps what failed: SQS event sources take no failure destination",
    });
  }
}
