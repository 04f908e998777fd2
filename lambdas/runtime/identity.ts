/** Whom a call is from, as the gateway has authorised it. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { callerUnknown, type Identity } from '../../core/access/identity.ts';

/**
 * Where the name comes from: from the `gateway`, which has checked it; or, on a local AWS, which checks nothing and names
 * nobody, from the `signature` that the call bears (the access key's id), taken at its word.
 */
export type Callers = 'gateway' | 'signature';

export const callersFrom = (text: string | undefined): Callers => (text === 'signature' ? 'signature' : 'gateway');

type Call = Pick<APIGatewayProxyEvent, 'requestContext' | 'headers'>;

/** @throws HiveError CALLER_UNKNOWN (401) */
export function identityOf({ requestContext, headers }: Call, callers: Callers): Identity {
  const { userArn, caller, sourceIp } = requestContext.identity;
  const source = sourceIp || undefined;
  const signedIn = oidcOf(requestContext.authorizer);
  if (signedIn !== undefined) return { ...signedIn, source };
  const arn = userArn || caller;
  if (arn) return { kind: 'iam', arn, source };
  const key = callers === 'signature' ? keyOf(headers) : undefined;
  if (key) return { kind: 'local', key, source };
  throw callerUnknown();
}

/** `Authorization: AWS4-HMAC-SHA256 Credential=<access key id>/<date>/…` */
function keyOf(headers: APIGatewayProxyEvent['headers']): string | undefined {
  const [, header = ''] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return /^AWS4-HMAC-SHA256 Credential=(\w{1,128})\//.exec(header ?? '')?.[1];
}

/** What authorize-caller has made of a token: only the gateway puts it there. */
function oidcOf(authorizer: APIGatewayProxyEvent['requestContext']['authorizer']) {
  const {
    oidc_issuer,
    oidc_subject,
    oidc_roles = '',
    oidc_tenants = '',
  } = (authorizer ?? {}) as Record<string, unknown>;
  if (typeof oidc_issuer !== 'string' || typeof oidc_subject !== 'string') return undefined;
  const [issuer, subject] = [oidc_issuer, oidc_subject];
  return { kind: 'oidc' as const, issuer, subject, roles: listOf(oidc_roles), tenants: listOf(oidc_tenants) };
}

/** The context of an authorizer holds text only: lists are JSON. */
function listOf(text: unknown): string[] {
  if (typeof text !== 'string' || text === '') return [];
  return (JSON.parse(text) as unknown[]).filter((item): item is string => typeof item === 'string');
}
