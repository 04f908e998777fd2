import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUSTOMER_TIERS, type CustomerTier, PRIORITIES, type Priority } from '../../../core/messages/primitives.ts';
import type { ReadyQueue } from '../../../core/ports/ready-queue.ts';
import { laneOfKey } from '../../../core/schedule/lanes.ts';
import type { QueueEntry } from '../../../core/schedule/queue-entry.ts';
import { type Backlog, type Cursors, readLanes } from '../../../core/schedule/read-lanes.ts';
import { NOW } from '../../support/plans.ts';
import { entryOf } from '../../support/scheduling.ts';

const LIMITS = { page: 10, per_lane: 3, lanes_per_class: 4 };

function queueOf(entries: readonly QueueEntry[]) {
  const sorted = [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
  let queries = 0;
  const list: ReadyQueue['list'] = async (_, limit, after = '') => {
    queries++;
    return sorted.filter(({ key }) => key > after).slice(0, limit);
  };
  return { list, queries: () => queries };
}
const read = (entries: readonly QueueEntry[], cursors: Cursors = {}): Promise<Backlog> =>
  readLanes(queueOf(entries), 'pool', LIMITS, async () => cursors);

let made = 0;
const tickets = (
  count: number,
  tenant_id: string,
  priority: Priority = 'NORMAL',
  customer_tier: CustomerTier = 'silver',
) =>
  Array.from({ length: count }, (_, at) =>
    entryOf(`t${++made}`, { tenant_id, priority, customer_tier, ready_at: NOW + at }),
  );
const lanesOf = ({ entries }: Backlog) => [...new Set(entries.map(({ key }) => laneOfKey(key)))];

describe('A round reads', () => {
  it('a short queue whole, by one query and without asking where it left off', async () => {
    const queue = queueOf(tickets(9, 'a'));
    const asked = () => Promise.reject(new Error('asked'));
    const backlog = await readLanes(queue, 'pool', LIMITS, asked);
    expect(backlog).toMatchObject({ whole: true, cursors: {} });
    expect(backlog.entries).toHaveLength(9);
    expect(queue.queries()).toBe(1);
  });

  it('the head of a lane behind hundreds of others', async () => {
    const [last] = tickets(1, 'small', 'LOW', 'bronze');
    const backlog = await read([...tickets(300, 'big', 'HIGH'), last as QueueEntry]);
    expect(backlog.entries).toContain(last);
    expect(backlog.entries.length).toBeLessThanOrEqual(LIMITS.page + LIMITS.per_lane);
    expect(backlog.open).toEqual(new Set([laneOfKey((backlog.entries[0] as QueueEntry).key)]));
  });

  it('with few queries: a page, and three for each class of one long lane', async () => {
    const queue = queueOf(PRIORITIES.flatMap((priority) => tickets(100, 'a', priority)));
    await readLanes(queue, 'pool', LIMITS, async () => ({}));
    expect(queue.queries()).toBe(1 + 3 * PRIORITIES.length);
  });

  it('the tenants of a crowded class by turns, so that none is left out for ever', async () => {
    const entries = Array.from({ length: 30 }, (_, tenant) => tickets(2, `tenant-${tenant}`)).flat();
    const seen = new Set<string>();
    let cursors: Cursors = {};
    for (let round = 0; round < Math.ceil(30 / LIMITS.lanes_per_class); round++) {
      const backlog = await read(entries, cursors);
      expect(lanesOf(backlog)).toHaveLength(LIMITS.lanes_per_class);
      for (const lane of lanesOf(backlog)) seen.add(lane);
      cursors = backlog.cursors;
    }
    expect(seen.size).toBe(30);
  });

  it('the first tickets of every lane, in order and each once, whatever the queue looks like', async () => {
    const lane = fc.record({
      tenant: fc.constantFrom('a', 'a!', 'a#', 'ab', '日本', 'é'.repeat(200)),
      priority: fc.constantFrom(...PRIORITIES),
      tier: fc.constantFrom(...CUSTOMER_TIERS),
      count: fc.integer({ min: 1, max: 15 }),
    });
    const limits = { page: 8, per_lane: 3, lanes_per_class: 20 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(lane, { maxLength: 12 }),
        fc.constantFrom({}, { '11': '#a$' }),
        async (lanes, cursors) => {
          const entries = lanes.flatMap(({ tenant, priority, tier, count }) => tickets(count, tenant, priority, tier));
          const backlog = await readLanes(queueOf(entries), 'pool', limits, async () => cursors);
          const keys = backlog.entries.map(({ key }) => key);
          expect(keys).toEqual([...new Set(keys)].sort());
          for (const name of new Set(entries.map(({ key }) => laneOfKey(key)))) {
            const waiting = entries
              .filter(({ key }) => laneOfKey(key) === name)
              .sort((a, b) => (a.key < b.key ? -1 : 1));
            const got = backlog.entries.filter(({ key }) => laneOfKey(key) === name);
            expect(got).toEqual(waiting.slice(0, got.length));
            expect(got.length).toBeGreaterThanOrEqual(Math.min(waiting.length, limits.per_lane));
            if (got.length < waiting.length) expect(backlog.open.has(name)).toBe(true);
          }
        },
      ),
    );
  });
});
