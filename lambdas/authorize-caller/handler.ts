import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent, Context } from 'aws-lambda';
import { createIssuedTokens } from '../../adapters/jose/issued-tokens.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { createSignIn } from '../../core/access/oidc/sign-in.ts';
import { checkTrust } from '../../core/access/oidc/trust.ts';
import { HiveError } from '../../core/errors.ts';
import { readEnv } from '../runtime/env.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { createAuthorizeCaller } from './authorize.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const trust = checkTrust({
  ...{ issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE },
  ...{ roles_claim: env.OIDC_ROLES_CLAIM, tenants_claim: env.OIDC_TENANTS_CLAIM },
});
const verify = createIssuedTokens({ issuer: trust.issuer, clock: systemClock });
const authorize = createAuthorizeCaller(createSignIn({ trust, verify, clock: systemClock }));

const decide = observed(async (event: APIGatewayTokenAuthorizerEvent, _: Context) => {
  try {
    return await authorize(event);
  } catch (error) {
    if (!(error instanceof HiveError)) throw error;
    count('refusals');
    logger.info(`refused: ${error.code}`, { reason: error.detail.reason, why: error.message });
    return undefined;
  }
});

/** Whatever goes wrong, nobody is let in: of errors API Gateway takes this one word for 401. */
export async function handler(
  event: APIGatewayTokenAuthorizerEvent,
  context: Context,
): Promise<APIGatewayAuthorizerResult> {
  const answer = await decide(event, context).catch(() => undefined);
  if (answer === undefined) throw new Error('Unauthorized');
  return answer;
}
