/**
 * The late outcome of an attempt that is over does not count, but something may have happened outside: it is kept, so that
 * whoever undoes or repeats the work knows. Kept of agents that did hold the ticket only: others could fill the ledger.
 */
import { isConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Claim, Ledger } from '../ports/ledger.ts';
import { appendToTicket } from './append.ts';
import { heldOnce } from './reported.ts';
import type { TicketRecord } from './state.ts';

/** Refused reports kept of one ticket. */
const MAX_KEPT = 20;

const RECORDED = [
  'TICKET_FINISHED',
  'TICKET_NOT_ASSIGNED',
  'TICKET_ASSIGNED_ELSEWHERE',
  'TICKET_ATTEMPT_STALE',
  'TICKET_ALREADY_REPORTED',
  'TOKEN_REVOKED',
];

export interface Refusal {
  readonly code: string;
  readonly status: string;
  /** of the outcome: the same one is kept once */
  readonly digest: string;
}

/** Best effort where others write at the same time: the caller is refused in any case, and calls again. */
export function createRecordRefusal({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  return async function recordRefusal(ticket: TicketRecord, claim: Claim, refusal: Refusal): Promise<void> {
    const { code, status, digest } = refusal;
    if (!RECORDED.includes(code) || ticket.state.refused >= MAX_KEPT || !heldOnce(ticket, claim)) return;
    const known = ticket.records.some(
      ({ event }) =>
        event.type === 'ReportRefused' && event.attempt === claim.attempt && event.result_digest === digest,
    );
    if (known) return;
    const { agent_id, attempt } = claim;
    const event = { type: 'ReportRefused' as const, agent_id, attempt, code, status, result_digest: digest };
    try {
      await ledger.commit([appendToTicket(ticket, event, clock.now(), sha256)]);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  };
}
