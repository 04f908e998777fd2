import { z } from 'zod';
import { newSecret } from '../../adapters/crypto/secret.ts';
import { credentialInvalid } from '../../core/access/enrolment/credential.ts';
import { createRenewCredential } from '../../core/access/enrolment/keep.ts';
import { apiHandler } from '../runtime/api.ts';
import { credentialOf } from '../runtime/credentials.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { ENV } from './contract.ts';

const renew = createRenewCredential({ ...ledgerStores(readEnv(ENV).LEDGER_TABLE), newSecret });

export const handler = apiHandler({ parameter: 'agent_id', schema: z.object({}) }, async ({ id }, event) => {
  const text = credentialOf(event);
  if (text?.split('.')[1] !== id) throw credentialInvalid();
  return renew(text);
});
