import { z } from 'zod';
import { createReadInbox } from '../../core/swarm/read-inbox.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const readInbox = createReadInbox(ledgerStores(readEnv(ENV).LEDGER_TABLE));

export const handler = apiHandler({ parameter: 'agent_id', schema: z.object({}) }, async ({ id }) => {
  annotate({ agent_id: id });
  return readInbox(id);
});
