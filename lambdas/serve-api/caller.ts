/** Who calls, as the gateway has authorised it. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { HiveError } from '../../core/errors.ts';

/**
 * Where the name comes from: from the `gateway`, which has checked it; or, on a local AWS, which checks nothing and names
 * nobody, from the `signature` that the call bears (the access key's id), taken at its word.
 */
export type Callers = 'gateway' | 'signature';

type Call = Pick<APIGatewayProxyEvent, 'requestContext' | 'headers'>;

/** @throws HiveError CALLER_UNKNOWN (401) */
export function callerOf({ requestContext, headers }: Call, callers: Callers): string {
  const { userArn, caller } = requestContext.identity;
  const name = userArn || caller || (callers === 'signature' ? keyOf(headers) : undefined);
  if (name) return name;
  throw new HiveError('CALLER_UNKNOWN', 'Nobody is named as the caller: sign the call with your AWS credentials.', {
    status: 401,
  });
}

/** `Authorization: AWS4-HMAC-SHA256 Credential=<access key id>/<date>/…` */
function keyOf(headers: APIGatewayProxyEvent['headers']): string | undefined {
  const [, header = ''] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return /^AWS4-HMAC-SHA256 Credential=(\w{1,128})\//.exec(header ?? '')?.[1];
}
