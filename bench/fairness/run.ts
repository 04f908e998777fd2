/** A pool of like slots under a load, and how a policy shares it out. */
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import { TIER_WEIGHTS } from '../../core/schedule/strategy/strategies.ts';
import { waitBound } from '../../core/schedule/wait-bound.ts';
import { createHeap } from '../../test/support/heap.ts';
import { FLOOD, LONGEST_MS, START, TENANTS } from './load.ts';
import type { Policy } from './policies.ts';

export interface Outcome {
  readonly name: string;
  /** of the service after the warm-up, by tier */
  readonly shares: Readonly<Record<string, number>>;
  /** the greatest deviation of a tier's share from its weight's, as a part of the latter */
  readonly off_weight: number;
  /** part of the CRITICAL tickets, and of all, that were done by their deadline; those whose time is not over are left out */
  readonly critical_met: number;
  readonly met: number;
  /** among the tickets of tenants that bring little, the part served of what they brought; then of those that bring much */
  readonly small_served: number;
  readonly flood_served: number;
  /** ms, of any ticket, served or still waiting at the end */
  readonly longest_wait: number;
  /** tickets that waited longer than weighted fairness guarantees: bound from what was ahead of each when it came */
  readonly past_bound: number;
  /** the wait that came closest to its bound, over it */
  readonly closest: number;
  readonly us_a_turn: number;
}

export async function run(
  policy: Policy,
  tickets: readonly QueueEntry[],
  slots: number,
  warmUpMs: number,
): Promise<Outcome> {
  const ends = createHeap<{ readonly at: number }>();
  const bounds = new Map<string, number>();
  const ahead = new Map<string, number>();
  const startedAt = new Map<string, number>();
  const last = tickets.at(-1)?.ready_at ?? START;
  let [free, next, turns, spentMs] = [slots, 0, 0, 0];
  let now = START;
  for (;;) {
    for (; (tickets[next]?.ready_at ?? Number.POSITIVE_INFINITY) <= now; next++) {
      const entry = tickets[next] as QueueEntry;
      const { customer_tier: tier, tenant_id } = entry;
      const before = ahead.get(tenant_id) ?? 0;
      bounds.set(
        entry.ticket_id,
        waitBound({ tier, ahead: before, tenants: TENANTS.length, longest_ms: LONGEST_MS, slots }),
      );
      ahead.set(tenant_id, before + 1);
      policy.put(entry);
    }
    if (free > 0 && bounds.size > startedAt.size) {
      const from = performance.now();
      const taken = await policy.take(now, free);
      spentMs += performance.now() - from;
      turns += taken.length;
      for (const entry of taken) {
        ends.put({ at: now + entry.estimated_duration_ms });
        startedAt.set(entry.ticket_id, now);
        ahead.set(entry.tenant_id, (ahead.get(entry.tenant_id) ?? 0) - 1);
      }
      free -= taken.length;
    }
    now = Math.min(tickets[next]?.ready_at ?? Number.POSITIVE_INFINITY, ends.earliest() ?? Number.POSITIVE_INFINITY);
    if (now > last) break;
    for (; (ends.earliest() ?? Number.POSITIVE_INFINITY) <= now; free++) ends.take();
  }
  return {
    name: policy.name,
    ...measure(tickets, startedAt, bounds, warmUpMs, last),
    us_a_turn: (1000 * spentMs) / turns,
  };
}

function measure(
  tickets: readonly QueueEntry[],
  startedAt: ReadonlyMap<string, number>,
  bounds: ReadonlyMap<string, number>,
  warmUpMs: number,
  end: number,
): Omit<Outcome, 'name' | 'us_a_turn'> {
  const service: Record<string, number> = {};
  const counts = { critical: 0, criticalMet: 0, all: 0, met: 0, small: 0, smallServed: 0, flood: 0, floodServed: 0 };
  let [longest, pastBound, closest] = [0, 0, 0];
  for (const entry of tickets) {
    const started = startedAt.get(entry.ticket_id);
    const wait = (started ?? end) - entry.ready_at;
    const bound = bounds.get(entry.ticket_id) ?? Number.POSITIVE_INFINITY;
    longest = Math.max(longest, wait);
    closest = Math.max(closest, wait / bound);
    if (wait > bound) pastBound++;
    if (started !== undefined && started >= START + warmUpMs)
      service[entry.customer_tier] = (service[entry.customer_tier] ?? 0) + entry.estimated_duration_ms;
    const small = !entry.tenant_id.endsWith(`-${FLOOD}`);
    counts[small ? 'small' : 'flood']++;
    if (started !== undefined) counts[small ? 'smallServed' : 'floodServed']++;
    if (entry.plan_deadline > end) continue;
    const met = started !== undefined && started + entry.estimated_duration_ms <= entry.plan_deadline;
    counts.all++;
    if (met) counts.met++;
    if (entry.priority !== 'CRITICAL') continue;
    counts.critical++;
    if (met) counts.criticalMet++;
  }
  const total = Object.values(service).reduce((sum, ms) => sum + ms, 0);
  const weights = Object.values(TIER_WEIGHTS).reduce((sum, weight) => sum + weight, 0);
  const shares = Object.fromEntries(Object.keys(TIER_WEIGHTS).map((tier) => [tier, (service[tier] ?? 0) / total]));
  const off = Object.entries(TIER_WEIGHTS).map(([tier, weight]) =>
    Math.abs(((shares[tier] ?? 0) * weights) / weight - 1),
  );
  return {
    ...{ shares, off_weight: Math.max(...off), longest_wait: longest, past_bound: pastBound, closest },
    ...{ critical_met: counts.criticalMet / counts.critical, met: counts.met / counts.all },
    ...{ small_served: counts.smallServed / counts.small, flood_served: counts.floodServed / counts.flood },
  };
}
