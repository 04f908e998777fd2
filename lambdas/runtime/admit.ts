/** Whether a call may come in, as every function behind an API asks it; leases live as long as the function's process. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createDynamoBuckets } from '../../adapters/dynamodb/guards.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { type Admit, createAdmit } from '../../core/guard/admit.ts';
import { requireModest } from '../../core/guard/request-limits.ts';
import { createTakeToken } from '../../core/guard/tokens.ts';
import { count, logger } from './telemetry.ts';

export function admitBy(ledgerTable: string): Admit {
  const buckets = createDynamoBuckets(createTable(ledgerTable));
  return createAdmit({
    takeToken: createTakeToken({ buckets, clock: systemClock }),
    clock: systemClock,
    onLimited: (scope) => {
      count('rate_limited');
      logger.info('over a limit', { scope });
    },
    onUnavailable: (error) => {
      count('guards_unavailable');
      logger.warn('let in unasked: the buckets cannot be asked', { error: error as Error });
    },
  });
}

/** @throws HiveError REQUEST_TOO_LARGE (431) */
export function requireModestEvent(event: APIGatewayProxyEvent): void {
  const query = Object.values(event.multiValueQueryStringParameters ?? {}).flatMap((values) => values ?? []);
  const parameters = query.length || Object.keys(event.queryStringParameters ?? {}).length;
  requireModest({
    url_chars: (event.path ?? '').length + query.reduce((sum, value) => sum + value.length + 1, 0),
    parameters,
    headers: Object.values(event.headers ?? {}).map((value) => value?.length ?? 0),
  });
}

/** Whose bucket an agent's call is of: the caller's and the resource's, so that nobody uses up another one's. */
export function agentKeyOf({ requestContext, headers }: APIGatewayProxyEvent, id: string): string {
  const { userArn, caller } = requestContext?.identity ?? {};
  const [, header = ''] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  const signature = /Credential=(\w{1,128})\//.exec(header ?? '')?.[1];
  return `${userArn || caller || signature || 'unknown'}/${id}`;
}
