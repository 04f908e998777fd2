/** Who is next: our strategies as a round calls them, and what is usual elsewhere. */

import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import { readLanes } from '../../core/schedule/read-lanes.ts';
import type { StrategyName } from '../../core/schedule/strategy/names.ts';
import { strategies } from '../../core/schedule/strategy/strategies.ts';
import type { Shares } from '../../core/schedule/strategy/strategy.ts';
import { createSortedQueue } from './sorted-queue.ts';

export interface Policy {
  readonly name: string;
  put(entry: QueueEntry): void;
  /** Takes the next ones out, at most so many. */
  take(now: number, slots: number): Promise<QueueEntry[]>;
}

/** As a round reads a long queue. */
const LIMITS = { per_lane: 6, lanes_per_class: 6 };
const SPARE = 20;

export function ours(name: StrategyName): Policy {
  const queue = createSortedQueue(({ key }) => key);
  const { rank, charge } = strategies[name];
  let shares: Shares | undefined;
  return {
    name,
    put: queue.put,
    async take(now, slots) {
      const list = async (_: string, limit: number, after?: string) => queue.list(limit, after);
      const limits = { page: slots + SPARE, ...LIMITS };
      const { entries, open, cursors } = await readLanes({ list }, 'pool', limits, async () => shares?.cursors ?? {});
      const context = { now, shares };
      const ranked = rank(entries, context);
      const taken = ranked.slice(0, slots).map(({ entry }) => entry);
      for (const entry of taken) queue.remove(entry);
      const assigned = new Set(taken.map(({ ticket_id }) => ticket_id));
      shares = charge({ ranked, assigned, open, cursors }, context);
      return taken;
    },
  };
}

const byTime = ({ ready_at, ticket_id }: QueueEntry): string => `${ready_at}#${ticket_id}`;

function sorted(name: string, keyOf: (entry: QueueEntry) => string): Policy {
  const queue = createSortedQueue(keyOf);
  return {
    ...{ name, put: queue.put },
    async take(_, slots) {
      const taken = queue.list(slots);
      for (const entry of taken) queue.remove(entry);
      return taken;
    },
  };
}

const TIER_RANK = { platinum: 0, gold: 1, silver: 2, bronze: 3 };

/** First come, first served. */
export const fifo = (): Policy => sorted('FIFO', byTime);

/** Critical first, then by tier, then first come: whoever is higher always goes before. */
export const staticPriority = (): Policy =>
  sorted('static priority', (entry) => {
    const rank = entry.priority === 'CRITICAL' ? 0 : 1;
    return `${rank}${TIER_RANK[entry.customer_tier]}#${byTime(entry)}`;
  });

/** A ticket of each tenant in turn, first come within a tenant. */
export function plainRoundRobin(): Policy {
  const tenants = new Map<string, QueueEntry[]>();
  return {
    name: 'plain round-robin',
    put(entry) {
      const waiting = tenants.get(entry.tenant_id);
      if (waiting === undefined) tenants.set(entry.tenant_id, [entry]);
      else waiting.push(entry);
    },
    async take(_, slots) {
      const taken: QueueEntry[] = [];
      for (const [tenant, waiting] of [...tenants]) {
        if (taken.length === slots) break;
        taken.push(waiting.shift() as QueueEntry);
        // Behind all others, who have their turns first.
        tenants.delete(tenant);
        if (waiting.length > 0) tenants.set(tenant, waiting);
      }
      return taken;
    },
  };
}
