/** `GET /agents/{agent_id}/inbox`: a person, or their tool, looks at what they have to do. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/read-inbox/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { callersOf, type Stage } from './stage.ts';

export interface ReadInboxProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
}

export class ReadInbox extends Construct {
  constructor(scope: Construct, id: string, props: ReadInboxProps) {
    super(scope, id);
    const { stage, api, ledger } = props;
    const { function: read } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'read-inbox',
      environment: { LEDGER_TABLE: ledger.table.tableName, CALLERS: callersOf(stage) },
      may: [ledger.mayRefuse(), ledger.mayLook(), ledger.mayLoad(), ledger.mayTakeTokens()],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.readInbox, read);
  }
}
