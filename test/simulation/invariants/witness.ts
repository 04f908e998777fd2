/** What people and agents really did, seen from outside: what the ledger says must agree with it. */
import type { Fence } from '../../../core/messages/agent-api.ts';
import type { Sha256 } from '../../../core/ports/digest.ts';

export interface Said {
  readonly ticket_id: string;
  readonly fence: Fence;
  /** SHA-256 of its claim */
  readonly claim_digest: string;
  /** of a report: trying again may help */
  readonly retryable?: boolean;
}

export interface Witness {
  claims(ticketId: string, fence: Fence): void;
  /** @returns a mark that is to be part of the report, by which it is known again */
  reports(ticketId: string, fence: Fence, about: string, retryable: boolean): string;
  /** A heartbeat that named the attempt was answered, and did not tell it to stop. */
  renews(ticketId: string, attempt: number, at: number, now: number): void;
  renewalOf(ticketId: string, attempt: number): { readonly at: number; readonly noted: number } | undefined;
  /** Somebody gives back what they have. */
  handsBack(ticketId: string, fence: Pick<Fence, 'agent_id' | 'attempt'>): void;
  handedBack(ticketId: string, fence: Pick<Fence, 'agent_id' | 'attempt'>): boolean;
  presses(verb: string, planId: string, ticketId?: string): void;
  /** An execution is stopped or deleted by hand. */
  tampers(executionArn: string): void;
  claimOf(claimDigest: string): Said | undefined;
  reportOf(mark: string): Said | undefined;
  /** a button that was pressed about this plan or ticket */
  pressed(verb: string, id: string): boolean;
  tampered(executionArn: string): boolean;
}

export function createWitness(sha256: Sha256): Witness {
  const claims = new Map<string, Said>();
  const reports = new Map<string, Said>();
  const renewals = new Map<string, { at: number; noted: number }>();
  const pressed = new Set<string>();
  const handedBack = new Set<string>();
  const tampered = new Set<string>();
  const said = (ticket_id: string, fence: Fence): Said => ({
    ticket_id,
    fence,
    claim_digest: sha256(`claim:${fence.claim_id}`),
  });
  return {
    claims(ticketId, fence) {
      const claim = said(ticketId, fence);
      claims.set(claim.claim_digest, claim);
    },
    renews(ticketId, attempt, at, noted) {
      renewals.set(`${ticketId} ${attempt}`, { at, noted });
    },
    renewalOf: (ticketId, attempt) => renewals.get(`${ticketId} ${attempt}`),
    reports(ticketId, fence, about, retryable) {
      const mark = `report ${reports.size + 1} of ${about}`;
      reports.set(mark, { ...said(ticketId, fence), retryable });
      return mark;
    },
    handsBack: (ticketId, { agent_id, attempt }) => void handedBack.add(`${ticketId} ${attempt} ${agent_id}`),
    handedBack: (ticketId, { agent_id, attempt }) => handedBack.has(`${ticketId} ${attempt} ${agent_id}`),
    presses(verb, planId, ticketId) {
      pressed.add(`${verb} ${planId}`);
      if (ticketId !== undefined) pressed.add(`${verb} ${ticketId}`);
    },
    tampers: (executionArn) => void tampered.add(executionArn),
    claimOf: (digest) => claims.get(digest),
    reportOf: (mark) => reports.get(mark),
    pressed: (verb, id) => pressed.has(`${verb} ${id}`),
    tampered: (executionArn) => tampered.has(executionArn),
  };
}
