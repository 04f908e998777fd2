import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECURITY_LEVELS } from '../../../../core/messages/primitives.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from '../../../../core/swarm/agent.ts';
import { firstCapable } from '../../../../core/swarm/match/first-capable.ts';
import { neutral } from '../../../../core/trail/estimate.ts';
import { agent } from '../../../support/agents.ts';
import { NOW } from '../../../support/plans.ts';
import { entryOf } from '../../../support/scheduling.ts';

const context = { now: NOW, estimates: neutral, random: () => 0.5 };

const held = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`held${index}`, { plan_id: 'p', task_id: 't', attempt: 1 }]),
  );

const agents = fc
  .array(
    fc.record({
      capabilities: fc.subarray(['build', 'test']),
      capacity: fc.integer({ min: 1, max: 3 }),
      taken: fc.nat(4),
      clearance: fc.constantFrom(...SECURITY_LEVELS),
      heartbeat_at: fc.integer({ min: NOW - 20_000, max: NOW }),
      status: fc.constantFrom<AgentRecord['status']>('active', 'active', 'active', 'draining', 'removed'),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ taken, ...some }, index): AgentRecord => ({ ...agent(`a${index}`, some), held: held(taken) })),
  );
const entries = fc
  .array(fc.record({ security_level: fc.constantFrom(...SECURITY_LEVELS), needs: fc.subarray(['build', 'test']) }), {
    maxLength: 8,
  })
  .map((list) =>
    list.map(({ needs, ...some }, index) => entryOf(`t${index}`, { ...some, required_capabilities: needs })),
  );

describe('the first capable agent', () => {
  it('is capable, cleared, healthy and free, each ticket has one at most, and no slot is given twice', () => {
    fc.assert(
      fc.property(entries, agents, (waiting, known) => {
        const matches = firstCapable(waiting, known, context);
        expect(new Set(matches.map(({ entry }) => entry.ticket_id)).size).toBe(matches.length);
        for (const { entry, agent: chosen } of matches) {
          expect(hasCapabilities(chosen, entry.required_capabilities)).toBe(true);
          expect(isCleared(chosen.clearance, entry.security_level)).toBe(true);
          expect(healthOf(chosen, NOW)).toBe('HEALTHY');
        }
        for (const one of known)
          expect(matches.filter(({ agent: chosen }) => chosen === one).length).toBeLessThanOrEqual(
            Math.max(0, freeSlots(one)),
          );
      }),
    );
  });

  it('leaves no ticket waiting that an agent with a free slot could run', () => {
    fc.assert(
      fc.property(entries, agents, (waiting, known) => {
        const matches = firstCapable(waiting, known, context);
        const left = waiting.filter((entry) => !matches.some((match) => match.entry === entry));
        for (const entry of left)
          for (const one of known) {
            const free = freeSlots(one) - matches.filter(({ agent: chosen }) => chosen === one).length;
            const could =
              healthOf(one, NOW) === 'HEALTHY' &&
              free > 0 &&
              hasCapabilities(one, entry.required_capabilities) &&
              isCleared(one.clearance, entry.security_level);
            expect(could).toBe(false);
          }
      }),
    );
  });

  it('is told with what it was chosen from', () => {
    const known = ['b', 'a', 'c'].map((id) => ({ ...agent(id, { capacity: 2 }), held: {} }));
    const [match] = firstCapable([entryOf('t', { ready_at: NOW - 30 })], known, context);
    expect(match?.agent.agent_id).toBe('a');
    expect(match?.explanation).toEqual({
      strategy: 'first-capable',
      waited_ms: 30,
      queue_position: 1,
      queue_length: 1,
      candidates: ['a', 'b', 'c'].map((agent_id) => ({ agent_id, free_slots: 2 })),
    });
  });

  it('does not hold the ticket already', () => {
    const holder = { ...agent('a', { capacity: 2 }), held: { t: { plan_id: 'p', task_id: 't', attempt: 1 } } };
    expect(firstCapable([entryOf('t')], [holder], context)).toEqual([]);
  });
});

describe('the health of an agent', () => {
  it('is unhealthy by the clock alone once it has missed three heartbeats', () => {
    const silent = (ms: number) => healthOf({ ...agent('a', { heartbeat_at: NOW - ms }), held: {} }, NOW);
    expect([silent(0), silent(14_999), silent(15_000)]).toEqual(['HEALTHY', 'HEALTHY', 'UNHEALTHY']);
  });
});
