import { type ReportRequest, reportRequest } from '../../core/messages/agent-api.ts';
import { createReportTicket } from '../../core/ticket/report.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { settlingStores, timers } from '../runtime/stores.ts';
import { annotate, count } from '../runtime/telemetry.ts';
import { checkingStores, edgeCallerOf, tokenOf } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const { guard } = checkingStores(env);
const access = agentAccess(env.LEDGER_TABLE);
const reportTicket = createReportTicket({ ...settlingStores(env), timers: timers(env.TIMER_QUEUE_URL) });

const admit = access.ofTicket('ReportTicket', ({ attempt, result: { agent_id } }: ReportRequest) => ({
  agent_id,
  attempt,
}));

export const handler = apiHandler(
  { parameter: 'ticket_id', schema: reportRequest, admit },
  async ({ id, body }, event) => {
    annotate({ ticket_id: id, agent_id: body.result.agent_id });
    const call = { token: tokenOf(event), caller: edgeCallerOf(event) };
    const bearer = { ticket_id: id, attempt: body.attempt, agent_id: body.result.agent_id, scope: 'ticket:report' };
    const answer = await guard({ ...call, ...bearer, action: 'ReportTicket' }, () => reportTicket(id, body));
    if (!answer.duplicate) count(`tickets_${answer.status.toLowerCase()}`);
    return answer;
  },
);
