/** `POST /tickets/{ticket_id}/heartbeat`: the holder of a claim is still at it. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/heartbeat-ticket/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TokenKeys } from './token-keys.ts';

export interface HeartbeatTicketProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
}

export class HeartbeatTicket extends Construct {
  constructor(scope: Construct, id: string, props: HeartbeatTicketProps) {
    super(scope, id);
    const { stage, api, ledger, tokens } = props;
    const { function: heartbeat } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'heartbeat-ticket',
      environment: { LEDGER_TABLE: ledger.table.tableName, ...tokens.checking, CALLERS: callersOf(stage) },
      may: [ledger.mayLook(), ledger.mayRefuse(), ledger.mayLoad(), ledger.mayChange(), ...tokens.mayCheck()],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.heartbeatTicket, heartbeat);
  }
}
