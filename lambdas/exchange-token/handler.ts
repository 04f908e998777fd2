import { STSClient } from '@aws-sdk/client-sts';
import { v7 } from 'uuid';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createAssumeRole } from '../../adapters/sts/assume-role.ts';
import { createReadUsable } from '../../core/catalogue/usable-assets.ts';
import { createExchangeToken } from '../../core/credential/exchange/exchange-token.ts';
import { createIssueWebIdentity } from '../../core/credential/exchange/web-identity.ts';
import { awsCredentialsRequest, type Fence } from '../../core/messages/agent-api.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { annotate, count } from '../runtime/telemetry.ts';
import { edgeCallerOf, issuingStores, tokenOf } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const stores = issuingStores(env, { makesFirstKey: false });
const exchangeToken = createExchangeToken({
  ...{ ...stores, readUsable: createReadUsable(stores), roleArn: env.ASSET_ROLE_ARN },
  identify: createIssueWebIdentity({ ...stores, newId: v7, issuer: env.TOKEN_ISSUER }),
  assumeRole: createAssumeRole(new STSClient(CLIENT_CONFIG)),
});

const admit = agentAccess(env.LEDGER_TABLE).ofTicket('ExchangeToken', (body: Fence) => body, true);

export const handler = apiHandler(
  { parameter: 'ticket_id', schema: awsCredentialsRequest, admit },
  async ({ id, body }, event) => {
    annotate({ ticket_id: id, agent_id: body.agent_id });
    const call = { token: tokenOf(event), caller: edgeCallerOf(event), action: 'ExchangeToken' as const };
    const bearer = { ticket_id: id, attempt: body.attempt, agent_id: body.agent_id };
    const answer = await stores.guard({ ...call, ...bearer }, (grant) => exchangeToken(id, body, grant));
    count('tokens_exchanged');
    return answer;
  },
);
