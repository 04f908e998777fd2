/** `POST /tickets/{ticket_id}/report`: an attempt's outcome is committed, and the plan moves on. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/report-ticket/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TokenKeys } from './token-keys.ts';

export interface ReportTicketProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class ReportTicket extends Construct {
  constructor(scope: Construct, id: string, props: ReportTicketProps) {
    super(scope, id);
    const { stage, api, ledger, machines, pool, timers, tokens } = props;
    const { function: report } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'report-ticket',
      environment: {
        CALLERS: callersOf(stage),
        LEDGER_TABLE: ledger.table.tableName,
        ...tokens.checking,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
      },
      may: [
        ledger.mayRefuse(),
        ...ledger.mayEnd(),
        ...tokens.mayCheck(),
        machines.mayAnswerTasks(),
        pool.maySend(),
        timers.maySet(),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.reportTicket, report);
  }
}
