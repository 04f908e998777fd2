import { agentHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { createHeartbeatAgent } from '../../core/swarm/register.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const heartbeatAgent = createHeartbeatAgent(schedulingStores(readEnv(ENV)));

export const handler = apiHandler({ parameter: 'agent_id', schema: agentHeartbeatRequest }, async ({ id, body }) => {
  annotate({ agent_id: id });
  return heartbeatAgent(id, body);
});
