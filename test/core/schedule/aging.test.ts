import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUSTOMER_TIERS, PRIORITIES, RISK_BANDS } from '../../../core/messages/primitives.ts';
import { AGING, dueAt, overdueOf } from '../../../core/schedule/aging.ts';
import type { QueueEntry } from '../../../core/schedule/queue-entry.ts';
import { STRATEGIES } from '../../../core/schedule/strategy/names.ts';
import { waitBound } from '../../../core/schedule/wait-bound.ts';
import { NOW } from '../../support/plans.ts';
import { entryOf } from '../../support/scheduling.ts';
import { byDue, poolOf } from './strategy/serve.ts';

const MINUTE_MS = 60_000;
const arrival = fc.record({
  customer_tier: fc.constantFrom(...CUSTOMER_TIERS),
  tenant_id: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom(...PRIORITIES),
  risk_band: fc.constantFrom(...RISK_BANDS),
  plan_deadline: fc.integer({ min: NOW, max: NOW + 240 * MINUTE_MS }),
  /** of how many minutes the turns before it take */
  gap: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 1, max: 4 }),
});

describe('Aging', () => {
  it('has a bound for each tier, the higher the tier the shorter', () => {
    const bounds = [...CUSTOMER_TIERS].reverse().map((tier) => AGING.bound_ms[tier]);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(new Set(bounds).size).toBe(bounds.length);
  });

  it('finds what is overdue, the longest first', () => {
    const early = entryOf('early', { ready_at: NOW - AGING.bound_ms.silver - 5 });
    const platinum = entryOf('platinum', { customer_tier: 'platinum', ready_at: NOW - AGING.bound_ms.platinum - 9 });
    const late = entryOf('late', { ready_at: NOW - AGING.bound_ms.silver + 1 });
    expect(overdueOf([late, early, platinum], NOW)).toEqual([platinum, early]);
  });

  it.each(STRATEGIES)(
    'assigns an overdue ticket within 4 × (K + 1) turns of its client, whatever arrives (%s)',
    (strategy) => {
      const CLIENTS = {
        'weighted-fair': ({ customer_tier, tenant_id }: QueueEntry) => `${customer_tier} ${tenant_id}`,
        'round-robin': ({ tenant_id }: QueueEntry) => tenant_id,
        'critical-first': () => 'all',
      };
      const clientOf = CLIENTS[strategy];
      fc.assert(
        fc.property(fc.array(arrival, { minLength: 1, maxLength: 60 }), (arrivals) => {
          const pool = poolOf(strategy);
          /** of each overdue ticket that waits: turns of its client that it may still wait */
          const allowed = new Map<string, number>();
          const urgent = { priority: 'CRITICAL', risk_band: 'critical' } as const;
          let [now, made] = [NOW, 0];
          const turn = () => {
            for (const entry of pool.waiting) {
              if (dueAt(entry) > now || allowed.has(entry.ticket_id)) continue;
              const before = pool.waiting.filter(
                (other) => clientOf(other) === clientOf(entry) && byDue(other, entry) < 0,
              );
              allowed.set(entry.ticket_id, AGING.every * (before.length + 1));
            }
            const [served] = pool.round(now, 1);
            if (served === undefined) return;
            allowed.delete(served.ticket_id);
            for (const { ticket_id, ...entry } of pool.waiting) {
              const left = allowed.get(ticket_id);
              if (left === undefined || clientOf({ ticket_id, ...entry }) !== clientOf(served)) continue;
              allowed.set(ticket_id, left - 1);
              expect(left - 1).toBeGreaterThan(0);
            }
          };
          for (const { gap, count, ...kind } of arrivals) {
            for (let at = 0; at < count; at++) pool.waiting.push(entryOf(`t${++made}`, { ...kind, ready_at: now }));
            now += gap * MINUTE_MS;
            turn();
          }
          // A flood of fresh critical tickets: the strategies' own orders put all of them first.
          while (allowed.size > 0 || pool.waiting.some(({ ready_at }) => ready_at < now - 60 * MINUTE_MS)) {
            for (const customer_tier of CUSTOMER_TIERS)
              for (const tenant_id of ['a', 'b', 'c'])
                pool.waiting.push(entryOf(`t${++made}`, { ...urgent, customer_tier, tenant_id, ready_at: now }));
            now += MINUTE_MS / 2;
            turn();
            if (made > 800) break;
          }
        }),
        { numRuns: 15 },
      );
    },
  );

  it('takes no more than every fourth turn, so that critical tickets go on where everything is overdue', () => {
    const pool = poolOf('critical-first');
    const old = { ready_at: NOW - 100 * MINUTE_MS, priority: 'LOW' as const };
    for (let at = 0; at < 100; at++) pool.waiting.push(entryOf(`old ${at}`, old));
    const served: QueueEntry[] = [];
    for (let turn = 0; turn < 40; turn++) {
      pool.waiting.push(entryOf(`fresh ${turn}`, { priority: 'CRITICAL' }));
      served.push(...pool.round(NOW, 1));
    }
    expect(served.filter(({ priority }) => priority === 'LOW')).toHaveLength(40 / AGING.every);
  });

  it('does not let what nobody can run keep others from their turns', () => {
    const pool = poolOf('critical-first');
    const old = { ready_at: NOW - 100 * MINUTE_MS };
    const waits = entryOf('waits', { ...old, priority: 'LOW' });
    pool.waiting.push(entryOf('blocked', { ready_at: old.ready_at - 1, security_level: 'RESTRICTED' }), waits);
    const served: QueueEntry[] = [];
    for (let turn = 0; turn < AGING.every; turn++) {
      pool.waiting.push(entryOf(`fresh ${turn}`, { priority: 'CRITICAL' }));
      served.push(...pool.round(NOW, 1, ({ security_level }) => security_level === 'INTERNAL'));
    }
    expect(served).toContain(waits);
  });
});

describe('The bound of a wait', () => {
  const of = { tier: 'silver', ahead: 10, tenants: 1, longest_ms: MINUTE_MS, slots: 5 } as const;

  it('is the time its tier allows, plus what is ahead at the rate that its weight guarantees', () => {
    // 4 × 11 turns and one more of silver's 2 ∕ 15 of 5 slots are 67.5 minutes; a slot comes free, and a ticket of each tier goes
    expect(waitBound(of)).toBeCloseTo(AGING.bound_ms.silver + (67.5 + 4 / 5 + 1) * MINUTE_MS, 0);
  });

  it('is shorter for higher tiers, for fewer ahead, and with more slots', () => {
    for (const shorter of [{ tier: 'gold' as const }, { ahead: 9 }, { slots: 6 }, { longest_ms: 1000 }])
      expect(waitBound({ ...of, ...shorter })).toBeLessThan(waitBound(of));
    expect(waitBound({ ...of, tenants: 2 })).toBeGreaterThan(waitBound(of));
  });
});
