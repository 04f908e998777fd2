/** Refusals, each an event of an aggregate of its own: no two of them wait for each other. */
import { GENESIS, record } from '../ledger/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { RecordRefusal } from './refusal.ts';

export interface RecordRefusalDeps {
  ledger: Pick<Ledger, 'commit'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
  /** a UUID of version 7 */
  newId: () => string;
}

export const refusalAggregate = (id: string): string => `REFUSAL#${id}`;

export function createRecordRefusal({ ledger, clock, sha256, newId }: RecordRefusalDeps): RecordRefusal {
  return async (refusal) => {
    const { plan_id, ticket_id } = refusal;
    const subject = { ...(plan_id !== undefined && { plan_id }), ...(ticket_id !== undefined && { ticket_id }) };
    const event = { type: 'AccessRefused' as const, ...refusal };
    const of = { aggregate: refusalAggregate(newId()), at: clock.now(), subject, event };
    await ledger.commit([{ kind: 'append', records: [record(GENESIS, of, sha256)], state: refusal }]);
  };
}
