import { createAuthorize } from '../../core/access/authorize.ts';
import { claimRequest } from '../../core/messages/agent-api.ts';
import { createClaimTicket } from '../../core/ticket/claim.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { logRefusal, policiesInForce } from '../runtime/policies.ts';
import { annotate } from '../runtime/telemetry.ts';
import { issuingStores } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const stores = issuingStores(readEnv(ENV), { makesFirstKey: true });
const authorize = createAuthorize({ policies: policiesInForce(stores), recordRefusal: logRefusal });
const claimTicket = createClaimTicket({ ...stores, authorize });

export const handler = apiHandler({ parameter: 'ticket_id', schema: claimRequest }, async ({ id, body }) => {
  annotate({ ticket_id: id, agent_id: body.agent_id });
  return claimTicket(id, body);
});
