/** `DELETE /agents/{agent_id}`: an agent leaves; its inbox goes with it when it is ephemeral. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/remove-agent/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import { inboxPrefix, mayCloseInboxes } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import { callersOf, type Stage } from './stage.ts';

export interface RemoveAgentProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
}

export class RemoveAgent extends Construct {
  constructor(scope: Construct, id: string, props: RemoveAgentProps) {
    super(scope, id);
    const { stage, api, ledger } = props;
    const { function: remove } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'remove-agent',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        INBOX_PREFIX: inboxPrefix(stage),
        CALLERS: callersOf(stage),
      },
      may: [
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayRefuse(),
        ledger.mayChange(),
        ledger.mayCheck(),
        ledger.mayUnlist(),
        mayCloseInboxes(this, stage),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.removeAgent, remove);
  }
}
