/** An agent's heartbeat keeps the leases of all that it runs, however many tickets those are. */
import { forEachAtOnce } from '../at-once.ts';
import { HiveError } from '../errors.ts';
import type { AgentHeartbeatAnswer, AgentHeartbeatRequest } from '../messages/agent-api.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { claimDigest, loadTicketOrThrow, requireClaim } from '../ticket/fence.ts';

/** Tickets touched at the same time. */
const AT_ONCE = 16;

export type Stop = AgentHeartbeatAnswer['stop'];

/**
 * Touches each attempt that the agent says it runs, as `touchTicket` does. Answers with those that are not its own (any
 * more), each with the code that a call of its own would be refused with.
 * @param now epoch ms of the sign of life
 * @throws what the ledger throws, but only after every attempt had its turn: one ticket's trouble costs no other its lease
 */
export function createTouchRunning({ ledger, sha256 }: { ledger: Ledger; sha256: Sha256 }) {
  return async (agent_id: string, running: AgentHeartbeatRequest['running'], now: number): Promise<Stop> => {
    const refused = new Map<AgentHeartbeatRequest['running'][number], string>();
    const failures: unknown[] = [];
    await forEachAtOnce(running, AT_ONCE, async (said) => {
      const { ticket_id, attempt, claim_id } = said;
      try {
        const claim = { agent_id, attempt, claim_digest: claimDigest(claim_id, sha256) };
        // One write in the usual case; the ticket is read only to say what is wrong.
        if (await ledger.touchTicket(ticket_id, claim, now)) return;
        const { state } = await loadTicketOrThrow(ledger, ticket_id);
        requireClaim(state, { agent_id, attempt, claim_id }, sha256);
      } catch (error) {
        if (isRefusal(error)) refused.set(said, error.code);
        else failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
    return [...refused].map(([{ ticket_id, attempt }, code]) => ({ ticket_id, attempt, code }));
  };
}

/** The fence's own refusals are final; anything else (a throttle, a conflict) says nothing of who holds the ticket. */
const isRefusal = (error: unknown): error is HiveError =>
  error instanceof HiveError &&
  (error.code === 'TOKEN_REVOKED' || (error.code.startsWith('TICKET_') && [404, 409, 410].includes(error.status)));
