/** Hands an attempt's result in. */
import type { Fence } from '../../core/messages/agent-api.ts';
import type { ExecutionResult } from '../../core/messages/execution-result.ts';
import type { ApiClient } from './api-client.ts';
import type { WithToken } from './attempt-token.ts';
import type { Clock } from './clock.ts';
import type { Ending } from './ending.ts';
import { codeOf, mayPass, messageOf } from './failures.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Logger } from './logger.ts';
import { tooLarge } from './result.ts';
import { retry } from './retry.ts';

/** A result that comes out at the timeout itself still gets a few tries. */
const LAST_CHANCE_MS = 15_000;

export interface ReportDeps {
  api: ApiClient;
  clock: Clock;
  random: () => number;
  logger: Logger;
  tokens: WithToken;
}

/**
 * Reporting is idempotent, so it is repeated until it is answered or the attempt's time is up. A result refused as too
 * large (413) is reported as failed instead, without its output and log.
 */
export async function report(
  result: ExecutionResult,
  fence: Fence,
  deps: ReportDeps,
  timeoutAt: number,
  about: Record<string, unknown>,
): Promise<Ending> {
  const { clock, logger } = deps;
  const request = { attempt: fence.attempt, claim_id: fence.claim_id, result };
  try {
    const answer = await retry(() => deps.tokens((token) => deps.api.report(result.ticket_id, request, token)), {
      clock,
      random: deps.random,
      until: Math.max(timeoutAt, clock.now() + LAST_CHANCE_MS),
      again: mayPass,
      onRetry: (error, wait_ms) =>
        logger.warn('report failed, trying again', { ...about, code: codeOf(error), wait_ms }),
    });
    const status = result.status === 'COMPLETED' ? 'COMPLETED' : 'FAILED';
    const { error_message: reason, actual_duration_ms: ms } = result;
    logger.info(`ticket ${status.toLowerCase()}`, {
      ...about,
      ms,
      ...(reason === undefined ? {} : { reason }),
      ...(answer.duplicate ? { duplicate: true } : {}),
    });
    return { kind: 'reported', status };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'RESULT_TOO_LARGE' && result.result !== undefined) {
      return report(withoutResult(result), fence, deps, timeoutAt, about);
    }
    logger.error('result not accepted', { ...about, code, reason: messageOf(error) });
    return { kind: mayPass(error) ? 'unreported' : 'refused', code };
  }
}

function withoutResult(result: ExecutionResult): ExecutionResult {
  const failure = tooLarge(jsonBytes(result));
  return {
    ...result,
    status: 'FAILED',
    result: undefined,
    error_message: failure.message,
    error: { code: failure.code, retryable: failure.retryable },
  };
}
