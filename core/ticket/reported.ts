/** Whether an attempt has been reported before, read from the ticket's history, wherever the ticket stands by now. */
import { HiveError } from '../errors.ts';
import type { Claim } from '../ports/ledger.ts';
import type { TicketEvent } from './events.ts';
import type { TicketRecord } from './state.ts';

const ENDS = {
  TicketCompleted: 'COMPLETED',
  TicketFailed: 'FAILED',
  AttemptFailed: 'FAILED',
  TicketEscalated: 'FAILED',
} as const;
type End = Extract<TicketEvent, { type: keyof typeof ENDS }>;
const isEnd = (event: TicketEvent): event is End => event.type in ENDS;

/** The claim is one that this ticket was once held under. */
export const heldOnce = ({ records }: Pick<TicketRecord, 'records'>, claim: Claim): boolean =>
  records.some(
    ({ event }) =>
      event.type === 'TicketStarted' &&
      event.agent_id === claim.agent_id &&
      event.attempt === claim.attempt &&
      event.claim_digest === claim.claim_digest,
  );

/**
 * @returns how the attempt was reported; undefined when it was not, or not under this claim
 * @throws HiveError TICKET_ALREADY_REPORTED (409): with another outcome
 */
export function alreadyReported(
  ticket: TicketRecord,
  claim: Claim,
  digest: string,
): 'COMPLETED' | 'FAILED' | undefined {
  if (!heldOnce(ticket, claim)) return undefined;
  const end = ticket.records.map(({ event }) => event).find((event) => isEnd(event) && event.attempt === claim.attempt);
  // An attempt that was taken to be lost has no report.
  if (end === undefined || !isEnd(end) || end.result_digest === undefined) return undefined;
  const status = ENDS[end.type];
  if (end.result_digest === digest) return status;
  const { ticket_id, phase } = ticket.state;
  throw new HiveError(
    'TICKET_ALREADY_REPORTED',
    `The attempt was reported ${status} before, with another result: the first one counts.`,
    { status: 409, detail: { ticket_id, phase } },
  );
}
