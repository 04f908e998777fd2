/**
 * Every wait ends: a ticket that has waited past its tier's bound is overdue, and at least every `every`-th turn of its
 * client goes to the longest overdue. (A client is what a strategy serves alike: a tenant within its tier under
 * weighted-fair, a tenant under round-robin, the whole pool under critical-first. A turn is one assignment.)
 *
 * Theorem. Let ticket x come due at d, and let K tickets of its client wait then that came due before it. Then x is
 * assigned within `every` × (K + 1) turns of its client after d, whatever arrives.
 * Proof. Tickets come due in one order (by `dueAt`, then by key). One that becomes ready after d comes due after x, unless
 * its tier's bound is 0; one that became ready before d, and is due before x, is one of the K or was assigned. So of the
 * tickets that come due before x there are never more than the K, and each that is assigned is gone for good. Of any
 * `every` turns of the client in a row one goes to the longest overdue, since turns that go elsewhere are counted, and the
 * count is kept from round to round: that is one of the K, or x. After K such it is x's. ∎
 *
 * Together with the client's share of the turns that bounds the wait in time: see wait-bound.ts. It asks that agents may
 * run the tickets: one that nobody is cleared for is passed over, and does not keep others from their turns.
 *
 * Why of each client: turns that a tier gave to its longest overdue would all go to the tenant that brings most. Why not
 * every turn: with more offered than can be served for long, everything is overdue at last. Then all turns would go by age,
 * which is first come, first served: critical tickets would wait behind all the others.
 */
import type { CustomerTier } from '../messages/primitives.ts';
import type { QueueEntry } from './queue-entry.ts';

export interface AgingSettings {
  /** a ticket that waits longer, ms, is overdue; the higher the tier, the shorter */
  readonly bound_ms: Readonly<Record<CustomerTier, number>>;
  /** of so many turns in a row at least one goes to the longest overdue */
  readonly every: number;
}

export const AGING: AgingSettings = {
  bound_ms: { platinum: 5 * 60_000, gold: 10 * 60_000, silver: 20 * 60_000, bronze: 40 * 60_000 },
  every: 4,
};

/** When its wait has been as long as its tier's bound, epoch ms. */
export const dueAt = ({ ready_at, customer_tier }: QueueEntry, { bound_ms }: AgingSettings = AGING): number =>
  ready_at + bound_ms[customer_tier];

/** Those that are overdue, the longest first. */
export function overdueOf(
  entries: readonly QueueEntry[],
  now: number,
  settings: AgingSettings = AGING,
): readonly QueueEntry[] {
  return entries
    .filter((entry) => dueAt(entry, settings) <= now)
    .sort((a, b) => dueAt(a, settings) - dueAt(b, settings) || (a.key < b.key ? -1 : 1));
}
