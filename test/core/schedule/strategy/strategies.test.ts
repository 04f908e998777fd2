import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUSTOMER_TIERS, type CustomerTier } from '../../../../core/messages/primitives.ts';
import type { QueueEntry } from '../../../../core/schedule/queue-entry.ts';
import { STRATEGIES } from '../../../../core/schedule/strategy/names.ts';
import { strategies, TIER_WEIGHTS } from '../../../../core/schedule/strategy/strategies.ts';
import { NOW } from '../../../support/plans.ts';
import { entryOf } from '../../../support/scheduling.ts';
import { type Pool, poolOf } from './serve.ts';

let made = 0;
const ticket = (changes: Partial<QueueEntry> = {}) => entryOf(`t${++made}`, changes);
const tickets = (count: number, changes: Partial<QueueEntry>) => Array.from({ length: count }, () => ticket(changes));
const countBy = (served: readonly QueueEntry[], name: (entry: QueueEntry) => string) => {
  const counts: Record<string, number> = {};
  for (const entry of served) counts[name(entry)] = (counts[name(entry)] ?? 0) + 1;
  return counts;
};
/** Keeps so many of each waiting. */
function refill(pool: Pool, kinds: readonly Partial<QueueEntry>[], count: number): void {
  for (const kind of kinds) {
    const there = pool.waiting.filter((entry) =>
      Object.entries(kind).every(([name, value]) => entry[name as 'pool'] === value),
    );
    pool.waiting.push(...tickets(count - there.length, kind));
  }
}

describe.each(STRATEGIES)('%s', (name) => {
  it('ranks every ticket once, the same each time', () => {
    const entry = fc.record({
      customer_tier: fc.constantFrom(...CUSTOMER_TIERS),
      tenant_id: fc.constantFrom('a', 'b', 'c'),
      ready_at: fc.integer({ min: NOW - 7_200_000, max: NOW }),
      security_level: fc.constantFrom('INTERNAL' as const, 'RESTRICTED' as const),
      plan_deadline: fc.integer({ min: NOW - 1e6, max: NOW + 1e7 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (kinds) => {
        const entries = kinds.map((kind) => ticket(kind));
        const ranked = strategies[name].rank(entries, { now: NOW }).map(({ entry: { ticket_id } }) => ticket_id);
        expect([...ranked].sort()).toEqual(entries.map(({ ticket_id }) => ticket_id).sort());
        const again = strategies[name].rank([...entries].reverse(), { now: NOW });
        expect(again.map(({ entry: { ticket_id } }) => ticket_id)).toEqual(ranked);
      }),
    );
  });

  it('begins anew with the shares of another strategy', () => {
    const entries = [ticket({ tenant_id: 'a' }), ticket({ tenant_id: 'b' })];
    const other = name === 'round-robin' ? 'weighted-fair' : 'round-robin';
    const classes = { all: { lead: 0, clients: { 't/a': { lead: 1e6, since_aged: 3 } } } };
    const shares = { strategy: other, at: NOW, classes, cursors: {} } as const;
    expect(strategies[name].rank(entries, { now: NOW, shares })).toEqual(strategies[name].rank(entries, { now: NOW }));
  });
});

describe('weighted-fair', () => {
  const TIERS = CUSTOMER_TIERS.map((customer_tier) => ({ customer_tier }));
  const tierOf = ({ customer_tier }: QueueEntry) => customer_tier;

  it('serves tiers that wait 8 : 4 : 2 : 1, in one round or in many', () => {
    for (const slots of [1, 7, 150]) {
      const pool = poolOf('weighted-fair');
      const served: QueueEntry[] = [];
      while (served.length < 1500) {
        refill(pool, TIERS, slots + 1);
        served.push(...pool.round(NOW, slots));
      }
      const counts = countBy(served.slice(0, 1500), tierOf);
      for (const [tier, weight] of Object.entries(TIER_WEIGHTS)) expect(counts[tier]).toBeCloseTo(100 * weight, -1);
    }
  });

  it('counts what tickets take, not how many they are', () => {
    const pool = poolOf('weighted-fair', {
      predictService: ({ customer_tier }) => (customer_tier === 'gold' ? 4000 : 1000),
    });
    const served: QueueEntry[] = [];
    for (let turn = 0; turn < 600; turn++) {
      refill(pool, [{ customer_tier: 'gold' }, { customer_tier: 'silver' }], 2);
      served.push(...pool.round(NOW, 1));
    }
    const { gold = 0, silver = 0 } = countBy(served, tierOf);
    expect((gold * 4000) / (silver * 1000)).toBeCloseTo(2, 1);
  });

  it('serves tenants of a tier alike, however many tickets one of them has', () => {
    const pool = poolOf('weighted-fair');
    pool.waiting.push(
      ...tickets(400, { tenant_id: 'flood' }),
      ...tickets(40, { tenant_id: 'a' }),
      ...tickets(40, { tenant_id: 'b' }),
    );
    const served = Array.from({ length: 90 }, () => pool.round(NOW, 1)).flat();
    expect(countBy(served, ({ tenant_id }) => tenant_id)).toEqual({ flood: 30, a: 30, b: 30 });
  });

  it('serves tenants of odd names like all others', () => {
    const pool = poolOf('weighted-fair');
    const names = ['a', '__proto__', 'constructor', '#', '\ud800', 'x'.repeat(3000)];
    for (const tenant_id of names) pool.waiting.push(...tickets(20, { tenant_id }));
    const served = Array.from({ length: 60 }, () => pool.round(NOW, 1)).flat();
    for (const name of names) expect(served.filter(({ tenant_id }) => tenant_id === name)).toHaveLength(10);
  });

  it('gives no credit for an absence: who comes back shares from there on', () => {
    const pool = poolOf('weighted-fair');
    const serve = (turns: number, tenants: readonly string[]) =>
      Array.from({ length: turns }, () => {
        refill(
          pool,
          tenants.map((tenant_id) => ({ tenant_id })),
          2,
        );
        return pool.round(NOW, 1);
      }).flat();
    serve(10, ['here', 'away']);
    pool.waiting.splice(0);
    serve(500, ['here', 'there']);
    const after = countBy(serve(30, ['here', 'there', 'away']), ({ tenant_id }) => tenant_id);
    for (const turns of Object.values(after)) expect(Math.abs(turns - 10)).toBeLessThanOrEqual(1);
  });

  it('gives no credit to who waits for an agent that is not there', () => {
    const pool = poolOf('weighted-fair');
    const kinds = [{ tenant_id: 'open' }, { tenant_id: 'secret', security_level: 'RESTRICTED' as const }];
    for (let turn = 0; turn < 200; turn++) {
      refill(pool, kinds, 3);
      expect(pool.round(NOW, 1, ({ security_level }) => security_level === 'INTERNAL')).toHaveLength(1);
    }
    const served = Array.from({ length: 20 }, () => {
      refill(pool, kinds, 3);
      return pool.round(NOW, 1);
    }).flat();
    const { open = 0, secret = 0 } = countBy(served, ({ tenant_id }) => tenant_id);
    expect(Math.abs(open - secret)).toBeLessThanOrEqual(2);
  });

  it('gives a tier no credit for its absence either', () => {
    const pool = poolOf('weighted-fair');
    const serve = (turns: number, tiers: readonly CustomerTier[]) =>
      Array.from({ length: turns }, () => {
        const kinds = tiers.map((customer_tier) => ({ customer_tier }));
        refill(pool, kinds, 2);
        return pool.round(NOW, 1);
      }).flat();
    serve(30, ['gold', 'silver', 'bronze']);
    pool.waiting.splice(0);
    serve(500, ['silver', 'bronze']);
    const { gold = 0 } = countBy(serve(70, ['gold', 'silver', 'bronze']), tierOf);
    expect(Math.abs(gold - 40)).toBeLessThanOrEqual(1);
  });

  it('makes up in the next round for what a round did not read of a tenant', () => {
    const pool = poolOf('weighted-fair');
    const served: QueueEntry[] = [];
    for (let round = 0; round < 20; round++) {
      refill(pool, [{ tenant_id: 'short' }], 2);
      refill(pool, [{ tenant_id: 'long' }], 20);
      served.push(
        ...pool.round(
          NOW,
          6,
          undefined,
          pool.waiting.filter(({ tenant_id }) => tenant_id === 'short'),
        ),
      );
      refill(pool, [{ tenant_id: 'short' }], 2);
      served.push(...pool.round(NOW, 2));
    }
    const { short = 0, long = 0 } = countBy(served, ({ tenant_id }) => tenant_id);
    expect(short + long).toBe(160);
    expect(short).toBe(20 * 4);
  });

  it('keeps little, however many tenants come', () => {
    const pool = poolOf('weighted-fair');
    for (let tenant = 0; tenant < 300; tenant++)
      pool.waiting.push(...tickets(3, { tenant_id: `tenant ${tenant} ${'x'.repeat(100)}` }));
    pool.round(NOW, 250);
    expect(Object.keys(pool.shares?.classes.silver?.clients ?? {})).toHaveLength(100);
    expect(JSON.stringify(pool.shares).length).toBeLessThan(12_000);
  });

  it('keeps nothing once nobody waits', () => {
    const pool = poolOf('weighted-fair');
    pool.waiting.push(...tickets(5, { tenant_id: 'a' }), ...tickets(5, { customer_tier: 'gold' }));
    pool.round(NOW, 4);
    expect(pool.shares?.classes).not.toEqual({});
    pool.round(NOW, 6);
    for (const { lead, clients } of Object.values(pool.shares?.classes ?? {}))
      expect({ lead, clients }).toEqual({ lead: 0, clients: {} });
  });

  it('forgets the turns of a busy time that ended hours ago', () => {
    const pool = poolOf('weighted-fair');
    refill(pool, [{ tenant_id: 'a' }], 5);
    refill(pool, [{ tenant_id: 'b' }], 5);
    pool.round(NOW, 3);
    const rank = (now: number) => {
      const fresh = pool.waiting.map((entry) => ({ ...entry, ready_at: now }));
      return strategies['weighted-fair'].rank(fresh, { now, shares: pool.shares }).map(({ entry }) => entry.tenant_id);
    };
    expect(rank(NOW)[0]).toBe('b');
    expect(rank(NOW + 4 * 3_600_000)[0]).toBe('a');
  });

  it('puts the best score of a tenant first', () => {
    const pool = poolOf('weighted-fair');
    const critical = ticket({ risk_band: 'critical', priority: 'CRITICAL', ready_at: NOW });
    pool.waiting.push(...tickets(20, { risk_band: 'low', priority: 'LOW', ready_at: NOW - 60_000 }), critical);
    expect(pool.round(NOW, 1)).toEqual([critical]);
  });

  it('keeps a plan’s own tickets in the order of their ranks, whichever became ready first', () => {
    const [late, early] = [NOW, NOW - 900_000];
    const long = ticket({ plan_id: 'p', ready_at: late, rank_ms: 600_000 });
    const short = ticket({ plan_id: 'p', ready_at: early, rank_ms: 10_000 });
    expect(strategies['weighted-fair'].rank([short, long], { now: NOW }).map(({ entry }) => entry)).toEqual([
      long,
      short,
    ]);
    // Of another plan, what has waited is put first.
    const other = { ...long, plan_id: 'q' };
    expect(strategies['weighted-fair'].rank([short, other], { now: NOW })[0]?.entry).toEqual(short);
  });
});

describe('round-robin', () => {
  it('gives each tenant a turn, whatever its tier and however long its tickets are', () => {
    const pool = poolOf('round-robin');
    const kinds = [
      { tenant_id: 'a', customer_tier: 'platinum' as CustomerTier, estimated_duration_ms: 1000 },
      { tenant_id: 'b', customer_tier: 'bronze' as CustomerTier, estimated_duration_ms: 900_000 },
      { tenant_id: 'c', customer_tier: 'silver' as CustomerTier, estimated_duration_ms: 10 },
    ];
    const served = Array.from({ length: 30 }, () => {
      refill(pool, kinds, 2);
      return pool.round(NOW, 1);
    }).flat();
    expect(countBy(served, ({ tenant_id }) => tenant_id)).toEqual({ a: 10, b: 10, c: 10 });
  });
});

describe('critical-first', () => {
  const first = (entries: QueueEntry[]) =>
    strategies['critical-first'].rank(entries, { now: NOW }).map(({ entry }) => entry);

  it('goes by slack, then by the longer way below', () => {
    const deadline = NOW + 3_600_000;
    const slack = ticket({ plan_deadline: deadline, below_ms: 0 });
    const tight = ticket({ plan_deadline: deadline - 1_000_000, below_ms: 0 });
    const path = ticket({ plan_deadline: deadline, below_ms: 1_200_000 });
    const shorter = ticket({ plan_deadline: deadline - 600_000, below_ms: 600_000 });
    expect(first([slack, tight, shorter, path])).toEqual([path, shorter, tight, slack]);
  });

  it('puts CRITICAL tickets before all others, and late ones behind those that can be in time', () => {
    const late = ticket({ plan_deadline: NOW - 1 });
    const soon = ticket({ plan_deadline: NOW + 120_000 });
    const critical = ticket({ priority: 'CRITICAL', plan_deadline: NOW + 1e9 });
    expect(first([late, soon, critical])).toEqual([critical, soon, late]);
  });
});
