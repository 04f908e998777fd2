import { type HandBackRequest, handBackRequest } from '../../core/messages/agent-api.ts';
import { createHandBackTicket } from '../../core/ticket/hand-back.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores, timers } from '../runtime/stores.ts';
import { annotate, count } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const handBackTicket = createHandBackTicket({ ...schedulingStores(env), timers: timers(env.TIMER_QUEUE_URL) });

const admit = access.ofTicket('HandBackTicket', (body: HandBackRequest) => body);

export const handler = apiHandler({ parameter: 'ticket_id', schema: handBackRequest, admit }, async ({ id, body }) => {
  annotate({ ticket_id: id, agent_id: body.agent_id });
  const answer = await handBackTicket(id, body);
  if (!answer.duplicate) count('tickets_handed_back');
  return answer;
});
