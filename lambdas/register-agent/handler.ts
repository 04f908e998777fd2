import { HiveError } from '../../core/errors.ts';
import { agentRegistration } from '../../core/messages/agent-api.ts';
import { createRegisterAgent } from '../../core/swarm/register.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { inboxes, schedulingStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const registerAgent = createRegisterAgent({ ...schedulingStores(env), inboxes: inboxes(env.INBOX_PREFIX) });

export const handler = apiHandler({ parameter: 'agent_id', schema: agentRegistration }, async ({ id, body }) => {
  if (id !== body.agent_id)
    throw new HiveError('MESSAGE_INVALID', `The body registers ${body.agent_id}, the call ${JSON.stringify(id)}.`);
  annotate({ agent_id: id });
  return registerAgent(body);
});
