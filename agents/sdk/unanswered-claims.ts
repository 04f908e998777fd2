/** The claim_ids of claims that nothing answered: the API may have taken one, and then it takes no other. */
import { randomBytes } from 'node:crypto';
import type { Assignment } from '../../core/messages/agent-api.ts';

/** An id costs about 150 bytes. */
const REMEMBERED = 10_000;

export interface UnansweredClaims {
  /** Whether a claim of this (ticket, attempt) may have been taken already. */
  has(assignment: Assignment): boolean;
  /** The id to claim with: the one kept for this (ticket, attempt), or a new one of 192 random bits. */
  take(assignment: Assignment): string;
  /** No answer came: the next claim of this (ticket, attempt) is the same claim. */
  keep(assignment: Assignment, claimId: string): void;
}

/**
 * One for all attempts of a process. An id is given out to one attempt at a time: a second one beside it gets an id of
 * its own, and is refused.
 */
export function createUnansweredClaims(): UnansweredClaims {
  const kept = new Map<string, string>();
  const keyOf = ({ ticket_id, attempt }: Assignment) => `${ticket_id} ${attempt}`;
  return {
    has: (assignment) => kept.has(keyOf(assignment)),
    take(assignment) {
      const key = keyOf(assignment);
      const claimId = kept.get(key) ?? randomBytes(24).toString('base64url');
      kept.delete(key);
      return claimId;
    },
    keep(assignment, claimId) {
      kept.set(keyOf(assignment), claimId);
      if (kept.size > REMEMBERED) kept.delete(kept.keys().next().value as string);
    },
  };
}
