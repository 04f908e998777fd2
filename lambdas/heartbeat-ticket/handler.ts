import { type Fence, ticketHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { createHeartbeatTicket } from '../../core/ticket/heartbeat.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const heartbeatTicket = createHeartbeatTicket(ledgerStores(env.LEDGER_TABLE));

const admit = access.ofTicket('HeartbeatTicket', (body: Fence) => body);

export const handler = apiHandler(
  { parameter: 'ticket_id', schema: ticketHeartbeatRequest, admit },
  async ({ id, body }) => {
    annotate({ ticket_id: id, agent_id: body.agent_id });
    return heartbeatTicket(id, body);
  },
);
