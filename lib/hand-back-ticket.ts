/** `POST /tickets/{ticket_id}/hand-back`: whoever has a ticket gives it back undone, and somebody else gets it. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/hand-back-ticket/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TokenKeys } from './token-keys.ts';

export interface HandBackTicketProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

export class HandBackTicket extends Construct {
  constructor(scope: Construct, id: string, props: HandBackTicketProps) {
    super(scope, id);
    const { stage, api, ledger, pool, timers, tokens } = props;
    const { function: handBack } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'hand-back-ticket',
      environment: {
        CALLERS: callersOf(stage),
        LEDGER_TABLE: ledger.table.tableName,
        ...tokens.checking,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
      },
      may: [
        ledger.mayRefuse(),
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayAppend(),
        pool.maySend(),
        timers.maySet(),
        ...tokens.mayCheck(),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.handBackTicket, handBack);
  }
}
