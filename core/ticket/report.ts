/** An agent reports how its attempt ended: committed once, settled as often as it is told. */
import { HiveError } from '../errors.ts';
import { jsonBytes } from '../json-bytes.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Fence, ReportAnswer, ReportRequest } from '../messages/agent-api.ts';
import type { ExecutionResult } from '../messages/execution-result.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Timers } from '../ports/timers.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { deposits } from '../trail/from-event.ts';
import { appendToTicket } from './append.ts';
import { countedBy } from './counted-by.ts';
import { createFailAttempt } from './fail-attempt.ts';
import { claimDigest, loadTicketOrThrow, requireClaim } from './fence.ts';
import { createRecordRefusal } from './record-refusal.ts';
import { alreadyReported } from './reported.ts';
import type { SettleTicket } from './settle.ts';
import type { TicketIn, TicketRecord } from './state.ts';

/** A result is part of one item of the ledger (DynamoDB: 400 KB), with room to spare. */
export const MAX_RESULT_BYTES = 256 * 1024;

type Reported = Pick<ReportAnswer, 'duplicate'> & { status: ExecutionResult['status'] };

export interface ReportTicketDeps {
  ledger: Ledger;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
  settle: SettleTicket;
  freeCapacity: FreeCapacity;
}

/**
 * A failure is answered FAILED whether the ticket is tried again or not: the attempt is over either way.
 * @throws HiveError as `requireClaim`, and TICKET_ALREADY_REPORTED (409: ended with another outcome), RESULT_TOO_LARGE (413),
 *   MESSAGE_INVALID (400: the result is of another ticket or agent). An outcome that is refused to an agent that did hold
 *   the ticket once is recorded: it does not count, but it may have happened.
 */
export function createReportTicket(deps: ReportTicketDeps) {
  const { ledger, timers, clock, sha256, settle, freeCapacity } = deps;
  const failAttempt = createFailAttempt(deps);
  const recordRefusal = createRecordRefusal(deps);

  async function report(ticketId: string, fence: Fence, result: ExecutionResult): Promise<Reported> {
    const ticket = await loadTicketOrThrow(ledger, ticketId);
    if (result.status === 'RUNNING') {
      const { agent_id, attempt, claim_digest } = requireClaim(ticket.state, fence, sha256);
      await ledger.touchTicket(ticketId, { agent_id, attempt, claim_digest }, clock.now());
      return { status: 'RUNNING', duplicate: false };
    }
    const digest = resultDigest(result, sha256);
    const claim_digest = claimDigest(fence.claim_id, sha256);
    try {
      const before = alreadyReported(ticket, { ...fence, claim_digest }, digest);
      if (before !== undefined) return { status: before, duplicate: true };
      const held = requireClaim(ticket.state, fence, sha256);
      return { status: await end(ticket, held, result, digest), duplicate: false };
    } catch (error) {
      if (error instanceof HiveError)
        await recordRefusal(ticket, { ...fence, claim_digest }, { code: error.code, status: result.status, digest });
      throw error;
    }
  }

  async function end(
    ticket: TicketRecord,
    held: TicketIn<'running'>,
    result: ExecutionResult,
    result_digest: string,
  ): Promise<'COMPLETED' | 'FAILED'> {
    const { agent_id, attempt } = held;
    const told = result.result;
    if (result.status !== 'COMPLETED' || told?.success === false) {
      await failAttempt(ticket, held, {
        cause: 'reported',
        error_code: result.error?.code ?? 'AGENT_REPORTED_FAILURE',
        error_message: result.error_message ?? 'The agent gave no reason.',
        retryable: result.error?.retryable ?? true,
        result_digest,
        ...(told === undefined ? {} : { result: told }),
      });
      return 'FAILED';
    }
    const now = clock.now();
    const output = told ?? { success: true, output: {}, metadata: {}, logs: [] };
    const duration_ms = Math.max(0, now - held.started_at);
    const of = countedBy(ticket, held);
    const event = {
      type: 'TicketCompleted' as const,
      agent_id,
      attempt,
      duration_ms,
      result_digest,
      result: output,
      ...of,
    };
    await ledger.commit([
      appendToTicket(ticket, event, now, sha256),
      { kind: 'free_slot', agent_id, ticket_id: ticket.spec.ticket_id, attempt_was: 'answered' },
      ...deposits(ticket.spec, event, now),
    ]);
    return 'COMPLETED';
  }

  /** Cancelling whatever depends on a failure may take longer than an agent waits: the ticket's timer does it, now. */
  async function settleOrLeave(ticketId: string): Promise<void> {
    const ticket = await ledger.loadTicket(ticketId);
    if (ticket?.state.phase === 'failed' && ticket.spec.on_failure === 'continue')
      await timers.set({ kind: 'ticket', id: ticketId, at: clock.now() });
    else await settle(ticketId);
  }

  return async function reportTicket(ticketId: string, request: ReportRequest): Promise<ReportAnswer> {
    const { result } = request;
    const fence: Fence = { agent_id: result.agent_id, attempt: request.attempt, claim_id: request.claim_id };
    requireSane(ticketId, result);
    const { status, duplicate } = await retryOnConflict(clock, () => report(ticketId, fence, result));
    if (status === 'COMPLETED') await settle(ticketId);
    if (status === 'FAILED') await settleOrLeave(ticketId);
    // Where it is tried again there is nothing to settle, but a slot is free.
    if (status === 'FAILED') await freeCapacity(fence.agent_id, `failed:${ticketId}:${fence.attempt}`);
    return { ticket_id: ticketId, status, duplicate };
  };
}

/** What an outcome is known again by: not when it was sent, but what it says. */
function resultDigest({ timestamp: _, actual_duration_ms: _d, ...outcome }: ExecutionResult, sha256: Sha256): string {
  return sha256(canonicalJson(outcome));
}

function requireSane(ticketId: string, result: ExecutionResult): void {
  if (result.ticket_id !== ticketId)
    throw new HiveError('MESSAGE_INVALID', `The result is of ticket ${result.ticket_id}, the call of ${ticketId}.`);
  const bytes = jsonBytes(result);
  if (bytes > MAX_RESULT_BYTES)
    throw new HiveError(
      'RESULT_TOO_LARGE',
      `The result has ${bytes} bytes, at most ${MAX_RESULT_BYTES}: report a reference to large data.`,
      { status: 413 },
    );
}
