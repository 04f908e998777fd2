/** Called by the inbox queue with assignments, and by a schedule every minute. May be called twice for the same. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readEnv } from '../../lambdas/runtime/env.ts';
import { logger as lambdaLogger, observed } from '../../lambdas/runtime/telemetry.ts';
import { createApiClient } from '../sdk/api-client.ts';
import { systemClock } from '../sdk/clock.ts';
import type { Logger } from '../sdk/logger.ts';
import { createUnansweredClaims } from '../sdk/unanswered-claims.ts';
import { ENV } from './contract.ts';
import { createSandbox } from './sandbox.ts';
import { type ServeDeps, serveBeat, serveInbox } from './serve.ts';
import { createTransform } from './transform.ts';

/** Left for reporting what is cut short before the function's own time is up. */
const REPORT_MS = 5000;
let deps: ServeDeps | undefined;

export const handler = observed(
  async (event: SQSEvent | object, context: Context): Promise<SQSBatchResponse | undefined> => {
    deps ??= connect();
    const stop = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - REPORT_MS));
    if ('Records' in event) return serveInbox(event.Records, deps, stop);
    await serveBeat(deps, stop);
    return undefined;
  },
);

/** On the first call, not when loading: the sandbox's thread loads this file, too, and has no environment. */
function connect(): ServeDeps {
  const {
    API_URL: baseUrl,
    AGENT_ID: agentId,
    INBOX_URL: inboxUrl,
    AWS_REGION: region,
  } = readEnv([...ENV, 'AWS_REGION']);
  const run = createTransform(createSandbox());
  const api = createApiClient({ baseUrl, region });
  const claims = createUnansweredClaims();
  return { agentId, inboxUrl, api, run, logger, claims, clock: systemClock, random: Math.random, abortGraceMs: 0 };
}

const logger: Logger = {
  info: (message, fields = {}) => lambdaLogger.info(message, fields),
  warn: (message, fields = {}) => lambdaLogger.warn(message, fields),
  error: (message, fields = {}) => lambdaLogger.error(message, fields),
};
