import { createAssetsOfTicket } from '../../core/catalogue/assets-of-ticket.ts';
import { claimRequest, type Fence } from '../../core/messages/agent-api.ts';
import { createClaimTicket } from '../../core/ticket/claim.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { annotate } from '../runtime/telemetry.ts';
import { issuingStores } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const stores = issuingStores(env, { makesFirstKey: true });
const claimTicket = createClaimTicket({ ...stores, assetsOf: createAssetsOfTicket(stores) });

const admit = access.ofTicket('ClaimTicket', (body: Fence) => body, true);

export const handler = apiHandler({ parameter: 'ticket_id', schema: claimRequest, admit }, async ({ id, body }) => {
  annotate({ ticket_id: id, agent_id: body.agent_id });
  return claimTicket(id, body);
});
