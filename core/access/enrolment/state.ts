/**
 * Enrolments and the credentials that they are exchanged for, as event-sourced aggregates. Of secrets the ledger has the
 * SHA-256 of 256 random bits, which nobody finds again. An agent has one credential, under the agent's own id: whoever is
 * enrolled anew is the same principal as before, and what they had before counts no more.
 */
import { HiveError } from '../../errors.ts';
import type { Recorded } from '../../ledger/chain.ts';
import type { SecurityLevel } from '../../messages/primitives.ts';
import type { ByOperator } from '../../ticket/events.ts';

/** What an agent may be, whatever it says of itself. */
export interface Bounds {
  readonly agent_id: string;
  readonly capabilities: readonly string[];
  readonly clearance: SecurityLevel;
  /** whose tickets it may have; empty: everybody's */
  readonly tenants: readonly string[];
}

/** Times in epoch ms. */
export type EnrolmentEvent =
  | ({
      readonly type: 'EnrolmentMade';
      readonly digest: string;
      readonly expires_at: number;
      /** the enrolment that the agent has its credential by; absent: it has none */
      readonly replaces?: string;
    } & Bounds &
      ByOperator)
  | { readonly type: 'EnrolmentUsed'; readonly source?: string }
  /** it lets nobody in any more */
  | ({ readonly type: 'EnrolmentWithdrawn' } & ByOperator);

export type CredentialEvent =
  | {
      readonly type: 'CredentialIssued';
      readonly enrolment_id: string;
      readonly bounds: Bounds;
      readonly digest: string;
      readonly expires_at: number;
    }
  | {
      readonly type: 'CredentialRenewed';
      readonly digest: string;
      readonly expires_at: number;
      /** what it was renewed with counts until then */
      readonly previous: { readonly digest: string; readonly until: number };
    }
  | ({ readonly type: 'CredentialRevoked' } & ByOperator);

export interface EnrolmentState extends Bounds {
  readonly enrolment_id: string;
  readonly digest: string;
  readonly expires_at: number;
  readonly replaces?: string;
  readonly phase: 'open' | 'used' | 'withdrawn';
  readonly by: string;
  readonly why: string;
}

export interface CredentialState {
  readonly bounds: Bounds;
  readonly enrolment_id: string;
  readonly phase: 'valid' | 'revoked';
  readonly digest: string;
  readonly expires_at: number;
  readonly previous?: { readonly digest: string; readonly until: number };
}

const idIn = (aggregate: string): string => aggregate.slice(aggregate.indexOf('#') + 1);

const impossible = (type: string, phase: string | undefined): HiveError =>
  new HiveError('ENROLMENT_TRANSITION_INVALID', `${type} cannot follow on ${phase ?? 'nothing'}.`, { status: 500 });

/** @throws HiveError ENROLMENT_TRANSITION_INVALID (500) */
export function reduceEnrolment(
  before: EnrolmentState | undefined,
  { event, aggregate }: Pick<Recorded<EnrolmentEvent>, 'event' | 'aggregate'>,
): EnrolmentState {
  switch (event.type) {
    case 'EnrolmentMade': {
      if (before !== undefined) throw impossible(event.type, before.phase);
      const { type: _, authorization: _asked, ...said } = event;
      return { ...said, enrolment_id: idIn(aggregate), phase: 'open' };
    }
    case 'EnrolmentUsed':
      if (before?.phase !== 'open') throw impossible(event.type, before?.phase);
      return { ...before, phase: 'used' };
    case 'EnrolmentWithdrawn':
      if (before?.phase !== 'open') throw impossible(event.type, before?.phase);
      return { ...before, phase: 'withdrawn' };
  }
}

/** @throws HiveError ENROLMENT_TRANSITION_INVALID (500) */
export function reduceCredential(
  before: CredentialState | undefined,
  { event }: Pick<Recorded<CredentialEvent>, 'event'>,
): CredentialState {
  switch (event.type) {
    case 'CredentialIssued': {
      const { bounds, enrolment_id, digest, expires_at } = event;
      return { bounds, enrolment_id, digest, expires_at, phase: 'valid' };
    }
    case 'CredentialRenewed': {
      if (before?.phase !== 'valid') throw impossible(event.type, before?.phase);
      const { digest, expires_at, previous } = event;
      return { ...before, digest, expires_at, previous };
    }
    case 'CredentialRevoked': {
      if (before?.phase !== 'valid') throw impossible(event.type, before?.phase);
      const { previous: _, ...rest } = before;
      // What was made to take its place before is superseded.
      return { ...rest, enrolment_id: `${rest.enrolment_id}#revoked`, phase: 'revoked' };
    }
  }
}
