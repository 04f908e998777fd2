/** Called by the inbox queue with assignments, and by a schedule every minute. May be called twice for the same. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createApiClient } from '../sdk/api-client.ts';
import { systemClock } from '../sdk/clock.ts';
import { ENV } from './contract.ts';
import { createSandbox } from './sandbox.ts';
import { type ServeDeps, serveBeat, serveInbox } from './serve.ts';
import { createTransform } from './transform.ts';

/** Left for reporting what is cut short before the function's own time is up. */
const REPORT_MS = 5000;
let deps: ServeDeps | undefined;

export async function handler(event: SQSEvent | object, context: Context): Promise<SQSBatchResponse | undefined> {
  deps ??= connect();
  const stop = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - REPORT_MS));
  if ('Records' in event) return serveInbox(event.Records, deps, stop);
  await serveBeat(deps, stop);
  return undefined;
}

/** On the first call, not when loading: the sandbox's thread loads this file, too, and has no environment. */
function connect(): ServeDeps {
  const [baseUrl, agentId, inboxUrl, region] = [...ENV, 'AWS_REGION'].map((name) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  }) as [string, string, string, string];
  const run = createTransform(createSandbox());
  const logger = new Logger({ serviceName: 'transform-agent' });
  const api = createApiClient({ baseUrl, region });
  return { agentId, inboxUrl, api, run, logger, clock: systemClock, random: Math.random, abortGraceMs: 0 };
}
