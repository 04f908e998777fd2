import { signingKey } from '../../core/credential/key-ring/state.ts';
import { readEnv } from '../runtime/env.ts';
import { count, gauge, logger, observed } from '../runtime/telemetry.ts';
import { issuingStores } from '../runtime/tokens.ts';
import { ENV, SIGNING_AGE } from './contract.ts';

const { rotateKeys, clock } = issuingStores(readEnv(ENV), { makesFirstKey: false });

export const handler = observed(async () => {
  const { state, events } = await rotateKeys();
  for (const { type, kid } of events) logger.info(`keys of tokens: ${type}`, { kid });
  if (events.length > 0) count('token_key_changes', events.length);
  const signing = signingKey(state);
  if (signing?.activated_at !== undefined) gauge(SIGNING_AGE, Math.max(0, clock.now() - signing.activated_at) / 1000);
  return { keys: state.keys.length, changes: events.length };
});
