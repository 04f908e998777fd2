import { z } from 'zod';
import { createReadInbox } from '../../core/swarm/read-inbox.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const readInbox = createReadInbox(ledgerStores(env.LEDGER_TABLE));

const admit = access.ofAgent('ReadInbox');

export const handler = apiHandler({ parameter: 'agent_id', schema: z.object({}), admit }, async ({ id }) => {
  annotate({ agent_id: id });
  return readInbox(id);
});
