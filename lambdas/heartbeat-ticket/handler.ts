import { type Fence, ticketHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { createHeartbeatTicket } from '../../core/ticket/heartbeat.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { annotate } from '../runtime/telemetry.ts';
import { checkingStores, edgeCallerOf, tokenOf } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const stores = checkingStores(env);
const heartbeatTicket = createHeartbeatTicket(stores);

const admit = access.ofTicket('HeartbeatTicket', (body: Fence) => body);

export const handler = apiHandler(
  { parameter: 'ticket_id', schema: ticketHeartbeatRequest, admit },
  async ({ id, body }, event) => {
    annotate({ ticket_id: id, agent_id: body.agent_id });
    const call = { token: tokenOf(event), caller: edgeCallerOf(event) };
    const bearer = { ticket_id: id, attempt: body.attempt, agent_id: body.agent_id, scope: 'ticket:heartbeat' };
    return stores.guard({ ...call, ...bearer, action: 'HeartbeatTicket' }, () => heartbeatTicket(id, body));
  },
);
