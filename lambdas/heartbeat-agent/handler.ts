import { createRenewTokens } from '../../core/credential/renew.ts';
import { agentHeartbeatRequest } from '../../core/messages/agent-api.ts';
import { createHeartbeatAgent } from '../../core/swarm/register.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { edgeCallerOf, issuingStores } from '../runtime/tokens.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const renewTokens = createRenewTokens(issuingStores(env, { makesFirstKey: false }));
const heartbeatAgent = createHeartbeatAgent({ ...schedulingStores(env), renewTokens });

const admit = access.ofAgent('HeartbeatAgent');

export const handler = apiHandler(
  { parameter: 'agent_id', schema: agentHeartbeatRequest, admit },
  async ({ id, body, caller }, event) => {
    annotate({ agent_id: id });
    return heartbeatAgent(id, body, edgeCallerOf(event), caller?.principal);
  },
);
