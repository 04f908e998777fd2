import { newSecret } from '../../adapters/crypto/secret.ts';
import { createExchangeEnrolment } from '../../core/access/enrolment/exchange.ts';
import { exchangeRequest } from '../../core/messages/enrolment-api.ts';
import { refusingStores } from '../runtime/access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { count } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const { settings: _, ...stores } = refusingStores(readEnv(ENV).LEDGER_TABLE);
const exchange = createExchangeEnrolment({ ...stores, newSecret, onUnknown: () => count('unknown_enrolments') });

export const handler = apiHandler({ parameter: 'enrolment_id', schema: exchangeRequest }, ({ id, body }, event) =>
  exchange(id, body.secret, event.requestContext.identity.sourceIp || undefined),
);
