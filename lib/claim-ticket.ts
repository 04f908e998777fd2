/** `POST /tickets/{ticket_id}/claim`: the agent that a ticket is assigned to takes it up. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/claim-ticket/contract.ts';
import { type AgentApi, ROUTES } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TokenKeys } from './token-keys.ts';

export interface ClaimTicketProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
}

export class ClaimTicket extends Construct {
  constructor(scope: Construct, id: string, props: ClaimTicketProps) {
    super(scope, id);
    const { stage, api, ledger, tokens } = props;
    const { function: claim } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'claim-ticket',
      environment: { LEDGER_TABLE: ledger.table.tableName, ...tokens.issuing, CALLERS: callersOf(stage) },
      // Beside the ticket: the agent, and the policies in force.
      may: [
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayAppendToTickets(),
        ledger.mayRefuse(),
        ...tokens.mayIssueFirst(),
      ],
      timeout: API_TIMEOUT,
    });
    api.answer(ROUTES.claimTicket, claim);
  }
}
