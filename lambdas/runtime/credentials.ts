/** Agents that have been enrolled say who they are by their credential, at an API that asks for no signature. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createCheckCredential } from '../../core/access/enrolment/credential.ts';
import { type Identity, principalOf } from '../../core/access/identity.ts';
import { CREDENTIAL_HEADER } from '../../core/messages/enrolment-api.ts';
import { ledgerStores } from './stores.ts';

export interface Shown {
  /** the call, with its caller named as a gateway names those that sign: limits and tokens go by it */
  readonly event: APIGatewayProxyEvent;
  readonly enrolled?: Extract<Identity, { kind: 'credential' }>;
}

/** API Gateway keeps the case in which names of headers came. */
export const credentialOf = ({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): string | undefined =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === CREDENTIAL_HEADER)?.[1];

/**
 * A call without the header is as it came. With it, it is the credential's or nobody's, whoever else has signed it.
 * @throws HiveError CREDENTIAL_INVALID · CREDENTIAL_EXPIRED (401)
 */
export function createCredentials(
  ledgerTable: string,
  stores: Parameters<typeof createCheckCredential>[0] = ledgerStores(ledgerTable),
) {
  const check = createCheckCredential(stores);
  return async (event: APIGatewayProxyEvent): Promise<Shown> => {
    const text = credentialOf(event);
    if (text === undefined) return { event };
    const { bounds } = await check(text);
    const { identity } = event.requestContext;
    const enrolled = { kind: 'credential', bounds, source: identity.sourceIp || undefined } as const;
    const named = { ...identity, userArn: null, caller: principalOf(enrolled) };
    return { event: { ...event, requestContext: { ...event.requestContext, identity: named } }, enrolled };
  };
}
