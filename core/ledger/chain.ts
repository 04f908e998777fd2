/**
 * Events of one aggregate (a ticket, a plan, a rejection) as a hash chain: each carries the hash of the one before,
 * so an event that is changed, dropped or moved shows.
 */
import type { Sha256 } from '../ports/digest.ts';
import { canonicalJson } from './canonical.ts';

/** What an event is about, repeated on each so that a reader of the stream needs no look-up. */
export interface Subject {
  plan_id?: string | undefined;
  intent_id?: string | undefined;
  correlation_id?: string | undefined;
  trace_id?: string | undefined;
  ticket_id?: string | undefined;
  task_id?: string | undefined;
}

export interface DomainEvent {
  readonly type: string;
}

export interface Recorded<E extends DomainEvent = DomainEvent> {
  /** `TICKET#…`, `PLAN#…` or `REJECTION#…` */
  readonly aggregate: string;
  /** 1 for the aggregate's first event, then without a gap */
  readonly version: number;
  /** epoch ms */
  readonly at: number;
  readonly subject: Subject;
  readonly event: E;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Where an aggregate's chain ends. */
export interface Head {
  readonly version: number;
  readonly hash: string;
}

export const GENESIS: Head = { version: 0, hash: '0'.repeat(64) };

/** What an event is to have as its hash. */
export function hashOf(record: Omit<Recorded, 'hash'>, sha256: Sha256): string {
  const { prev_hash, aggregate, version, at, subject, event } = record;
  return sha256(canonicalJson({ prev_hash, aggregate, version, at, subject, event }));
}

/** The next link of the chain after `head`. */
export function record<E extends DomainEvent>(
  head: Head,
  entry: { aggregate: string; at: number; subject: Subject; event: E },
  sha256: Sha256,
): Recorded<E> {
  const link = { ...entry, version: head.version + 1, prev_hash: head.hash };
  return { ...link, hash: hashOf(link, sha256) };
}

export const headOf = (last: Recorded): Head => ({ version: last.version, hash: last.hash });

/** The version at which a chain first breaks (wrong number, wrong link or wrong hash), or undefined when it is whole. */
export function findBreak(records: readonly Recorded[], sha256: Sha256): number | undefined {
  let head = GENESIS;
  for (const link of records) {
    const whole =
      link.version === head.version + 1 && link.prev_hash === head.hash && link.hash === hashOf(link, sha256);
    if (!whole) return head.version + 1;
    head = headOf(link);
  }
  return undefined;
}
