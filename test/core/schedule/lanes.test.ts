import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUSTOMER_TIERS, PRIORITIES, SECURITY_LEVELS } from '../../../core/messages/primitives.ts';
import { classOf, classOfLane, laneOf, laneOfKey, tenantToken } from '../../../core/schedule/lanes.ts';
import { queueKey } from '../../../core/schedule/queue-entry.ts';

const names = fc.record({
  priority: fc.constantFrom(...PRIORITIES),
  customer_tier: fc.constantFrom(...CUSTOMER_TIERS),
  security_level: fc.constantFrom(...SECURITY_LEVELS),
  tenant_id: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('#', 'a#b', '日本', '\ud800', '😀', '%', '~', '$', '!'),
    fc.integer({ min: 1, max: 100 }).map((length) => '#é'.repeat(length)),
  ),
});

describe('A lane', () => {
  it('is found in the key of each of its tickets, whatever its tenant is called', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 9e14 }), (lane, ready_at) => {
        const key = queueKey({ ...lane, ready_at, ticket_id: 'a-1' });
        expect(laneOfKey(key)).toBe(laneOf(lane));
        expect(classOfLane(laneOfKey(key))).toBe(classOf(lane));
        expect(key).toMatch(/^[\x21-\x7e]{1,200}$/);
      }),
    );
  });

  it('is a range of keys of its own: no key of another lane lies between two of it', () => {
    fc.assert(
      fc.property(names, names, fc.nat(), fc.nat(), fc.nat(), (one, other, a, b, c) => {
        fc.pre(laneOf(one) !== laneOf(other));
        const keys = [a, b].map((ready_at) => queueKey({ ...one, ready_at, ticket_id: 't' })).sort();
        const between = queueKey({ ...other, ready_at: c, ticket_id: 't' });
        expect((keys[0] as string) < between && between < (keys[1] as string)).toBe(false);
        for (const key of keys) expect(between < key).toBe(between < `${laneOf(one)}$`);
      }),
    );
  });

  it('sorts by priority, then by tier, the highest first', () => {
    const order = ['CRITICAL platinum', 'CRITICAL bronze', 'HIGH platinum', 'NORMAL silver', 'LOW bronze'];
    const classes = order.map((text) => {
      const [priority, customer_tier] = text.split(' ') as [
        (typeof PRIORITIES)[number],
        (typeof CUSTOMER_TIERS)[number],
      ];
      return classOf({ priority, customer_tier });
    });
    expect([...classes].sort()).toEqual(classes);
  });

  it('is one a tenant, and long names that begin alike keep lanes of their own', () => {
    const long = 'tenant '.repeat(40);
    const tokens = ['a', 'A', 'a ', 'a#', 'a%23', long, `${long}1`, `${long}2`].map(tenantToken);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
