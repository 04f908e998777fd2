/** `POST /agents/{agent_id}/heartbeat`: an agent lives, and learns what it holds. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/heartbeat-agent/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TokenKeys } from './token-keys.ts';

export interface HeartbeatAgentProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
  readonly pool: PoolQueue;
}

export class HeartbeatAgent extends Construct {
  constructor(scope: Construct, id: string, props: HeartbeatAgentProps) {
    super(scope, id);
    const { stage, api, ledger, pool, tokens } = props;
    const { function: heartbeat } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'heartbeat-agent',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        ...tokens.issuing,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        CALLERS: callersOf(stage),
      },
      may: [
        ledger.mayRefuse(),
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayChange(),
        pool.maySend(),
        ...tokens.mayCheck(),
        tokens.mayIssue(),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.heartbeatAgent, heartbeat);
  }
}
