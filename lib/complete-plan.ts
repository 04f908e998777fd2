/** The end of a plan: its machine calls this whichever way it went. */
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/complete-plan/contract.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import type { Stage } from './stage.ts';

export interface CompletePlanProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly pool: PoolQueue;
}

export class CompletePlan extends Construct {
  constructor(scope: Construct, id: string, props: CompletePlanProps) {
    super(scope, id);
    const { stage, ledger, pool } = props;
    new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      // Plan machines call it by this name.
      name: 'complete-plan',
      environment: { LEDGER_TABLE: ledger.table.tableName, POOL_QUEUE_URL: pool.queue.queueUrl },
      may: [
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayLoadMany(),
        ledger.mayListByParent(),
        ledger.mayAppend(),
        ledger.mayChange(),
        ledger.mayRemove(),
        pool.maySend(),
      ],
      timeout: Duration.minutes(2),
      memorySize: 1024,
    });
  }
}
