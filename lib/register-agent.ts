/** `PUT /agents/{agent_id}`: an agent joins the swarm and gets its inbox. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/register-agent/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import { inboxPrefix, mayOpenInboxes } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import { callersOf, type Stage } from './stage.ts';

export interface RegisterAgentProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly pool: PoolQueue;
}

export class RegisterAgent extends Construct {
  constructor(scope: Construct, id: string, props: RegisterAgentProps) {
    super(scope, id);
    const { stage, api, ledger, pool } = props;
    const { function: register } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'register-agent',
      environment: {
        CALLERS: callersOf(stage),
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        INBOX_PREFIX: inboxPrefix(stage),
      },
      may: [
        ledger.mayRefuse(),
        ledger.mayLoad(),
        ledger.mayLook(),
        ...ledger.mayRegister(),
        ledger.mayCheck(),
        mayOpenInboxes(this, stage),
        pool.maySend(),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.registerAgent, register);
  }
}
