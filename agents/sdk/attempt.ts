/** One attempt of one ticket: claim, run, report. Every agent's work goes through here, long-running or Lambda. */
import type { Assignment, ClaimAnswer, Fence } from '../../core/messages/agent-api.ts';
import type { AbortCause } from './abort-cause.ts';
import type { ApiClient } from './api-client.ts';
import { BoundedLog } from './bounded-log.ts';
import type { Clock } from './clock.ts';
import type { Ending } from './ending.ts';
import { codeOf, isFromBetween, mayPass, messageOf } from './failures.ts';
import { keepLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { perform } from './perform.ts';
import { report } from './report.ts';
import { resultOf } from './result.ts';
import { retry } from './retry.ts';
import type { OnLine, Run } from './run-context.ts';
import type { UnansweredClaims } from './unanswered-claims.ts';

/** How long a claim is tried again before the assignment is left to be found by a later heartbeat. */
const CLAIM_FOR_MS = 30_000;
/** The command agent needs 5 s to end a program. */
const ABORT_GRACE_MS = 6000;

export interface AttemptDeps {
  api: ApiClient;
  clock: Clock;
  random: () => number;
  logger: Logger;
  claims: UnansweredClaims;
  run: Run;
  onLine?: OnLine;
  /** Aborts: stop now and report what runs as failed. */
  stop: AbortSignal;
  abortGraceMs?: number;
}

/** Never throws: what goes wrong is logged and named in the ending. `idle` resolves when the work has really ended. */
export async function runAttempt(
  assignment: Assignment,
  deps: AttemptDeps,
): Promise<{ ending: Ending; idle: Promise<void> }> {
  const fence: Fence = {
    agent_id: assignment.agent_id,
    attempt: assignment.attempt,
    claim_id: deps.claims.take(assignment),
  };
  const about = { ticket_id: assignment.ticket_id, task_id: assignment.task_id, attempt: assignment.attempt };
  let claimed: ClaimAnswer;
  try {
    claimed = await retry(() => deps.api.claim(assignment.ticket_id, fence), {
      ...deps,
      until: deps.clock.now() + CLAIM_FOR_MS,
      signal: deps.stop,
      again: mayPass,
    });
  } catch (error) {
    const code = codeOf(error);
    deps.logger.warn('claim failed', { ...about, code, reason: messageOf(error) });
    const unanswered = mayPass(error) || isFromBetween(error);
    if (unanswered) deps.claims.keep(assignment, fence.claim_id);
    return { ending: { kind: unanswered ? 'unclaimed' : 'refused', code }, idle: Promise.resolve() };
  }
  return work(claimed, fence, deps, about);
}

async function work(claimed: ClaimAnswer, fence: Fence, deps: AttemptDeps, about: Record<string, unknown>) {
  const { clock, logger } = deps;
  const { ticket } = claimed;
  const startedAt = clock.now();
  const log = new BoundedLog();
  let reporting = false;
  const controller = new AbortController();
  const abort = (cause: AbortCause) => controller.abort(cause);
  const onStop = () => abort({ kind: 'stopping' });

  logger.info('ticket started', about);
  const stopTimeout = clock.after(claimed.timeout_at - startedAt, () =>
    abort({ kind: 'timeout', timeoutAt: claimed.timeout_at }),
  );
  const stopLease = keepLease({
    ...deps,
    ticketId: ticket.ticket_id,
    fence,
    leaseMs: claimed.lease_ms,
    onLost: (code, message) => {
      if (reporting) return; // the report's own answer says how it stands
      logger.warn('ticket lost, its work is stopped', { ...about, code, reason: message });
      abort({ kind: 'lost', code, message });
    },
  });
  if (deps.stop.aborted) onStop();
  deps.stop.addEventListener('abort', onStop);
  const context = {
    signal: controller.signal,
    attempt: claimed.attempt,
    log(line: string) {
      log.add(line);
      deps.onLine?.(ticket, line);
    },
  };
  const { outcome, idle } = await perform(deps.run, ticket, context, {
    clock,
    abortGraceMs: deps.abortGraceMs ?? ABORT_GRACE_MS,
  });
  stopTimeout();
  deps.stop.removeEventListener('abort', onStop);
  if (outcome === undefined) {
    stopLease();
    return { ending: { kind: 'lost', code: (controller.signal.reason as { code: string }).code } as const, idle };
  }
  reporting = true;
  const facts = { ticketId: ticket.ticket_id, agentId: fence.agent_id, startedAt, now: clock.now(), log };
  const ending = await report(resultOf(outcome, facts), fence, deps, claimed.timeout_at, about);
  stopLease();
  return { ending, idle };
}
