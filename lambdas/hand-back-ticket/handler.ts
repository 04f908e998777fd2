import { type HandBackRequest, handBackRequest } from '../../core/messages/agent-api.ts';
import { createHandBackTicket } from '../../core/ticket/hand-back.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores, timers } from '../runtime/stores.ts';
import { annotate, count } from '../runtime/telemetry.ts';
import { checkingStores, edgeCallerOf, tokenOf } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const { guard } = checkingStores(env);
const access = agentAccess(env.LEDGER_TABLE);
const handBackTicket = createHandBackTicket({ ...schedulingStores(env), timers: timers(env.TIMER_QUEUE_URL) });

const admit = access.ofTicket('HandBackTicket', (body: HandBackRequest) => body);

export const handler = apiHandler(
  { parameter: 'ticket_id', schema: handBackRequest, admit },
  async ({ id, body }, event) => {
    annotate({ ticket_id: id, agent_id: body.agent_id });
    const bearer = { ticket_id: id, attempt: body.attempt, agent_id: body.agent_id, scope: 'ticket:hand-back' };
    const call = { token: tokenOf(event), caller: edgeCallerOf(event), ...bearer, action: 'HandBackTicket' as const };
    // What was not claimed has no token: the ticket itself says whether it was.
    const handBack = () => handBackTicket(id, body);
    const answer = await (body.claim_id === undefined ? handBack() : guard(call, handBack));
    if (!answer.duplicate) count('tickets_handed_back');
    return answer;
  },
);
