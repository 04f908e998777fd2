import { ticketHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { createHeartbeatTicket } from '../../core/ticket/heartbeat.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const heartbeatTicket = createHeartbeatTicket(ledgerStores(readEnv(ENV).LEDGER_TABLE));

export const handler = apiHandler({ parameter: 'ticket_id', schema: ticketHeartbeatRequest }, async ({ id, body }) => {
  annotate({ ticket_id: id, agent_id: body.agent_id });
  return heartbeatTicket(id, body);
});
