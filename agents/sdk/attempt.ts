/** One attempt of one ticket: claim, run, report. Every agent's work goes through here, long-running or Lambda. */
import type { Assignment, ClaimAnswer, Fence } from '../../core/messages/agent-api.ts';
import type { AbortCause } from './abort-cause.ts';
import type { ApiClient } from './api-client.ts';
import { createAttemptToken } from './attempt-token.ts';
import type { Attempts, UnderWay } from './attempts.ts';
import { createAwsCredentials } from './aws-credentials.ts';
import { BoundedLog } from './bounded-log.ts';
import type { Clock } from './clock.ts';
import { compensatesOf } from './compensates.ts';
import type { Ending } from './ending.ts';
import { codeOf, isFromBetween, mayPass, messageOf } from './failures.ts';
import type { Logger } from './logger.ts';
import { perform } from './perform.ts';
import { report } from './report.ts';
import { resultOf } from './result.ts';
import { retry } from './retry.ts';
import type { OnLine, Run } from './run-context.ts';
import type { UnansweredClaims } from './unanswered-claims.ts';
import { undoUnknown } from './undo-unknown.ts';

/** How long a claim is tried again before the assignment is left to be found by a later heartbeat. */
const CLAIM_FOR_MS = 30_000;
/** The command agent needs 5 s to end a program. */
const ABORT_GRACE_MS = 6000;

export interface AttemptDeps {
  api: ApiClient;
  /** A heartbeat keeps their leases. */
  attempts: Attempts;
  clock: Clock;
  random: () => number;
  logger: Logger;
  claims: UnansweredClaims;
  run: Run;
  /** Does the tickets that undo others; without it they fail with UNDO_UNKNOWN. */
  undo?: Run;
  onLine?: OnLine;
  /** Aborts: stop now and report what runs as failed. */
  stop: AbortSignal;
  abortGraceMs?: number;
}

interface Attempted {
  ending: Ending;
  /** Resolves when the work has really ended. */
  idle: Promise<void>;
}

/** Never throws: what goes wrong is logged and named in the ending. */
export async function runAttempt(assignment: Assignment, deps: AttemptDeps): Promise<Attempted> {
  const underWay = deps.attempts.begin(assignment);
  const about = { ticket_id: assignment.ticket_id, task_id: assignment.task_id, attempt: assignment.attempt };
  underWay.signal.addEventListener('abort', () => {
    const cause = underWay.signal.reason as AbortCause;
    if (cause.kind !== 'lost') return;
    deps.logger.warn('ticket lost, its work is stopped', { ...about, code: cause.code, reason: cause.message });
  });
  const onStop = () => underWay.abort({ kind: 'stopping' });
  if (deps.stop.aborted) onStop();
  deps.stop.addEventListener('abort', onStop);
  try {
    return await claimAndWork(assignment, underWay, deps, about);
  } finally {
    deps.stop.removeEventListener('abort', onStop);
    underWay.end();
  }
}

async function claimAndWork(
  assignment: Assignment,
  underWay: UnderWay,
  deps: AttemptDeps,
  about: Record<string, unknown>,
): Promise<Attempted> {
  const { clock, claims } = deps;
  const wasTried = claims.has(assignment);
  const { agent_id, attempt } = assignment;
  const fence: Fence = { agent_id, attempt, claim_id: claims.take(assignment) };
  let tries = 0;
  let renewedAt = clock.now();
  let claimed: ClaimAnswer;
  try {
    const claim = () => {
      tries++;
      renewedAt = clock.now();
      return deps.api.claim(assignment.ticket_id, fence);
    };
    claimed = await retry(claim, {
      ...deps,
      until: clock.now() + CLAIM_FOR_MS,
      signal: underWay.signal,
      again: mayPass,
    });
  } catch (error) {
    const code = codeOf(error);
    deps.logger.warn('claim failed', { ...about, code, reason: messageOf(error) });
    const unanswered = mayPass(error) || isFromBetween(error);
    if (unanswered) claims.keep(assignment, fence.claim_id);
    const loss = lossOf(underWay.signal);
    return { ending: loss ?? { kind: unanswered ? 'unclaimed' : 'refused', code }, idle: Promise.resolve() };
  }
  const { lease_ms: leaseMs, token, token_expires_at: tokenExpiresAt } = claimed;
  const sure = tries === 1 && !wasTried;
  underWay.leased({ claimId: fence.claim_id, leaseMs, renewedAt, token, tokenExpiresAt, tokenAt: clock.now(), sure });
  return work(claimed, fence, underWay, deps, about);
}

async function work(
  claimed: ClaimAnswer,
  fence: Fence,
  underWay: UnderWay,
  deps: AttemptDeps,
  about: Record<string, unknown>,
): Promise<Attempted> {
  const { clock, logger } = deps;
  const { ticket, timeout_at: timeoutAt } = claimed;
  const startedAt = clock.now();
  const log = new BoundedLog();

  logger.info('ticket started', about);
  const stopTimeout = clock.after(timeoutAt - startedAt, () => underWay.abort({ kind: 'timeout', timeoutAt }));
  const compensates = compensatesOf(ticket);
  const tokens = createAttemptToken(deps.api, ticket.ticket_id, fence, underWay);
  const context = {
    signal: underWay.signal,
    attempt: claimed.attempt,
    idempotencyKey: claimed.idempotency_key,
    compensates,
    awsCredentials: createAwsCredentials(deps.api, ticket.ticket_id, fence, tokens),
    log(line: string) {
      log.add(line);
      deps.onLine?.(ticket, line);
    },
  };
  const run = compensates === undefined ? deps.run : (deps.undo ?? undoUnknown);
  const { outcome, idle } = await perform(run, ticket, context, {
    clock,
    abortGraceMs: deps.abortGraceMs ?? ABORT_GRACE_MS,
  });
  stopTimeout();
  if (outcome === undefined) return { ending: lossOf(underWay.signal) ?? { kind: 'lost', code: 'INTERNAL' }, idle };
  underWay.workEnded();
  const facts = { ticketId: ticket.ticket_id, agentId: fence.agent_id, startedAt, now: clock.now(), log };
  const ending = await report(resultOf(outcome, facts), fence, { ...deps, tokens }, timeoutAt, about);
  return { ending, idle };
}

function lossOf(signal: AbortSignal): Ending | undefined {
  const cause = signal.aborted ? (signal.reason as AbortCause) : undefined;
  return cause?.kind === 'lost' ? { kind: 'lost', code: cause.code } : undefined;
}
