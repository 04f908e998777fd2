/** The net below report-ticket: what it does after its commit is done again from the ledger, should it have died. */
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/settle-tickets/contract.ts';
import { DeadLetters } from './dead-letters.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { followLedger } from './ledger-stream.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import type { Stage } from './stage.ts';

export interface SettleTicketsProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
}

export class SettleTickets extends Construct {
  constructor(scope: Construct, id: string, props: SettleTicketsProps) {
    super(scope, id);
    const { stage, ledger, machines, pool } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'settle-tickets',
      alarm: 'SettleTicketsDeadLetters',
      means: 'Ended tickets may not have moved their plans on: executions may wait for task tokens.',
    });
    const { function: follower } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'settle-tickets',
      environment: { LEDGER_TABLE: ledger.table.tableName, POOL_QUEUE_URL: pool.queue.queueUrl },
      may: [
        ...ledger.mayFollow(),
        ...ledger.mayEnd(),
        machines.mayAnswerTasks(),
        pool.maySend(),
        deadLetters.mayReceive(),
      ],
      timeout: Duration.minutes(1),
    });
    followLedger(this, 'EndedTickets', {
      stage,
      ledger,
      follower,
      deadLetters,
      // Every event after which something must follow.
      eventTypes: ['TicketCompleted', 'TicketFailed', 'TicketSkipped', 'TicketCancelled', 'TicketEscalated'],
      // No ticket's end depends on another's.
      lanes: 10,
      behind: 'SettleTicketsBehind',
      behindMeans: 'Ended tickets are looked after late: settling fails and is tried again, or is too slow.',
    });
  }
}
