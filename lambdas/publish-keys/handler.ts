import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { createKeyRingInForce } from '../../core/credential/key-ring/in-force.ts';
import { bundleOf, discoveryOf, jwksOf } from '../../core/credential/publish.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const ring = createKeyRingInForce(ledgerStores(env.LEDGER_TABLE));

/** Much shorter than a key is published before it signs. */
const MAX_AGE_S = 60;

export const handler = observed(async (event: APIGatewayProxyEvent, _: Context): Promise<APIGatewayProxyResult> => {
  const isDiscovery = event.path.endsWith('/openid-configuration');
  const isBundle = event.path.endsWith('/spiffe-bundle.json');
  const keysOf = isBundle ? bundleOf : jwksOf;
  const body = isDiscovery ? discoveryOf(env.TOKEN_ISSUER) : keysOf(await ring.current());
  return {
    statusCode: 200,
    headers: {
      'content-type': isBundle || isDiscovery ? 'application/json' : 'application/jwk-set+json',
      'cache-control': `public, max-age=${MAX_AGE_S}`,
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  };
});
