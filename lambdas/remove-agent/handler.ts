import { z } from 'zod';
import { createRemoveAgent } from '../../core/swarm/register.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { inboxes, ledgerStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const removeAgent = createRemoveAgent({ ...ledgerStores(env.LEDGER_TABLE), inboxes: inboxes(env.INBOX_PREFIX) });

const admit = access.ofAgent('RemoveAgent');

export const handler = apiHandler({ parameter: 'agent_id', schema: z.object({}), admit }, async ({ id }) => {
  annotate({ agent_id: id });
  return removeAgent(id);
});
