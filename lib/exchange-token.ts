/** `POST /tickets/{ticket_id}/aws-credentials`: whoever runs an attempt gets AWS credentials for what it reads and writes. */
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/exchange-token/contract.ts';
import { type AgentApi, EXCHANGE_ROUTE } from './agent-api.ts';
import type { AssetRole } from './asset-role.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import type { PublishKeys } from './publish-keys.ts';
import { callersOf, type Stage } from './stage.ts';
import type { TokenKeys } from './token-keys.ts';

export interface ExchangeTokenProps {
  readonly stage: Stage;
  readonly api: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
  readonly keys: PublishKeys;
  readonly assets: AssetRole;
}

export class ExchangeToken extends Construct {
  constructor(scope: Construct, id: string, props: ExchangeTokenProps) {
    super(scope, id);
    const { stage, api, ledger, tokens, keys, assets } = props;
    const { function: exchange } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'exchange-token',
      environment: {
        ...{ LEDGER_TABLE: ledger.table.tableName, ...tokens.issuing, CALLERS: callersOf(stage) },
        ...{ ASSET_ROLE_ARN: assets.roleArn, TOKEN_ISSUER: keys.url },
      },
      // None to take the role on: STS takes the token for it, whoever brings it.
      may: [ledger.mayLoad(), ledger.mayLook(), ledger.mayAppendToTickets(), ...tokens.mayCheck(), tokens.mayIssue()],
      timeout: API_TIMEOUT,
    });
    api.answer(EXCHANGE_ROUTE, exchange);
  }
}
