/** Tickets' tokens, wired as functions need them. Rings and unwrapped keys live as long as the function's process. */
import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createSignToken, verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import { createKmsKeyMaker, createKmsUnwrap } from '../../adapters/kms/key-maker.ts';
import { newTokenId } from '../../adapters/system/token-id.ts';
import { createCheckToken } from '../../core/credential/check.ts';
import { createGuardTicket, type EdgeCaller } from '../../core/credential/guard.ts';
import { createIssueToken } from '../../core/credential/issue.ts';
import { createKeyRingInForce } from '../../core/credential/key-ring/in-force.ts';
import { createRotateKeys } from '../../core/credential/key-ring/rotate-keys.ts';
import { TOKEN_HEADER } from '../../core/messages/agent-api.ts';
import { refusingStores } from './access.ts';

/** What checks tokens has. */
export const CHECK_ENV = ['LEDGER_TABLE', 'TRUST_DOMAIN'] as const;
/** What issues them has. */
export const ISSUE_ENV = [...CHECK_ENV, 'TOKEN_KEY_ARN'] as const;
type CheckEnv = Record<(typeof CHECK_ENV)[number], string>;
type IssueEnv = Record<(typeof ISSUE_ENV)[number], string>;

export function checkingStores({ LEDGER_TABLE, TRUST_DOMAIN }: CheckEnv) {
  const { settings: _, ...stores } = refusingStores(LEDGER_TABLE);
  const ring = createKeyRingInForce(stores);
  const trustDomain = { name: TRUST_DOMAIN };
  const check = createCheckToken({ ...stores, ring, trustDomain, verify: verifyByCrypto });
  return { ...stores, ring, trustDomain, check, guard: createGuardTicket({ ...stores, check }) };
}

export function issuingStores(env: IssueEnv, options: { makesFirstKey: boolean }) {
  const stores = checkingStores(env);
  const kms = new KMSClient(CLIENT_CONFIG);
  const rotateKeys = createRotateKeys({ ...stores, keys: createKmsKeyMaker(kms, env.TOKEN_KEY_ARN) });
  const sign = createSignToken(createKmsUnwrap(kms));
  const issue = createIssueToken({
    ...{ ...stores, newId: newTokenId, sign },
    ...(options.makesFirstKey && { makeFirstKey: async () => (await rotateKeys()).state }),
  });
  return { ...stores, rotateKeys, sign, issue };
}

/** The token that a call carries; API Gateway keeps the case in which names of headers came. */
export function tokenOf({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): string | undefined {
  const [, token] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === TOKEN_HEADER) ?? [];
  return token ?? undefined;
}

/** As the gateway knows the caller; the emulator names nobody. */
export function edgeCallerOf({ requestContext }: Pick<APIGatewayProxyEvent, 'requestContext'>): EdgeCaller {
  const { userArn, caller, accessKey, sourceIp } = requestContext?.identity ?? {};
  return { principal: userArn || caller || accessKey || 'unknown', source: sourceIp || undefined };
}
