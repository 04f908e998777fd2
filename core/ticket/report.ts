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
import { appendToTicket } from './append.ts';
import type { TicketEvent } from './events.ts';
import { claimDigest, loadTicketOrThrow, requireClaim } from './fence.ts';
import type { SettleTicket } from './settle.ts';
import type { TicketIn, TicketRecord } from './state.ts';
import { STATUS_OF_PHASE } from './view.ts';

/** A result is part of one item of the ledger (DynamoDB: 400 KB), with room to spare. */
export const MAX_RESULT_BYTES = 256 * 1024;

type Reported = Pick<ReportAnswer, 'duplicate'> & { status: ExecutionResult['status'] };

export interface ReportTicketDeps {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
  settle: SettleTicket;
}

/**
 * @throws HiveError as `requireClaim`, and TICKET_ALREADY_REPORTED (409: ended with another outcome), RESULT_TOO_LARGE (413),
 *   MESSAGE_INVALID (400: the result is of another ticket or agent)
 */
export function createReportTicket({ ledger, clock, sha256, settle }: ReportTicketDeps) {
  return async function reportTicket(ticketId: string, request: ReportRequest): Promise<ReportAnswer> {
    const { result } = request;
    const fence: Fence = { agent_id: result.agent_id, attempt: request.attempt, claim_id: request.claim_id };
    requireSane(ticketId, result);
    const digest = resultDigest(result, sha256);
    const { status, duplicate } = await retryOnConflict(clock, async (): Promise<Reported> => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      // Progress is no outcome: late, it is told that the ticket is finished.
      const before = result.status === 'RUNNING' ? undefined : alreadyReported(ticket, fence, digest, sha256);
      if (before !== undefined) return { status: before, duplicate: true };
      const held = requireClaim(ticket.state, fence, sha256);
      if (result.status === 'RUNNING') {
        await ledger.touchTicket(ticketId, held, clock.now());
        return { status: 'RUNNING', duplicate: false };
      }
      const now = clock.now();
      const end = endOf(held, result, digest, now);
      await ledger.commit([
        appendToTicket(ticket, end, now, sha256),
        { kind: 'free_slot', agent_id: held.agent_id, ticket_id: ticketId },
      ]);
      return { status: end.type === 'TicketCompleted' ? 'COMPLETED' : 'FAILED', duplicate: false };
    });
    if (status !== 'RUNNING') await settle(ticketId);
    return { ticket_id: ticketId, status, duplicate };
  };
}

type EndEvent = Extract<TicketEvent, { type: 'TicketCompleted' | 'TicketFailed' }>;

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

/** The status of a ticket that the same attempt has ended before, undefined when it has not. */
function alreadyReported({ state }: TicketRecord, fence: Fence, digest: string, sha256: Sha256) {
  if (state.phase !== 'completed' && state.phase !== 'failed') return undefined;
  const same =
    state.agent_id === fence.agent_id &&
    state.attempt === fence.attempt &&
    state.claim_digest === claimDigest(fence.claim_id, sha256);
  if (!same) return undefined;
  const status = STATUS_OF_PHASE[state.phase] === 'COMPLETED' ? ('COMPLETED' as const) : ('FAILED' as const);
  if (state.result_digest === digest) return status;
  throw new HiveError(
    'TICKET_ALREADY_REPORTED',
    `The attempt was reported ${status} before, with another result: the first one counts.`,
    {
      status: 409,
      detail: { ticket_id: state.ticket_id, phase: state.phase },
    },
  );
}

function endOf(held: TicketIn<'running'>, result: ExecutionResult, result_digest: string, now: number): EndEvent {
  const { agent_id, attempt } = held;
  const duration_ms = Math.max(0, now - held.started_at);
  const told = result.result;
  if (result.status === 'COMPLETED' && told?.success !== false) {
    const output = told ?? { success: true, output: {}, metadata: {}, logs: [] };
    return { type: 'TicketCompleted', agent_id, attempt, duration_ms, result_digest, result: output };
  }
  return {
    type: 'TicketFailed',
    agent_id,
    attempt,
    duration_ms,
    result_digest,
    error_code: result.error?.code ?? 'AGENT_REPORTED_FAILURE',
    error_message: result.error_message ?? 'The agent gave no reason.',
    retryable: result.error?.retryable ?? true,
    ...(told === undefined ? {} : { result: told }),
  };
}
