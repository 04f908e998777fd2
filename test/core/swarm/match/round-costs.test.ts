import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueueOf, queueOf, type SwarmOf, swarmOf } from '../../../../bench/match/swarm.ts';
import { createBeliefs } from '../../../../core/swarm/match/belief.ts';
import { COST_SETTINGS, costOf } from '../../../../core/swarm/match/cost.ts';
import { createEligible } from '../../../../core/swarm/match/eligible.ts';
import { roundCosts } from '../../../../core/swarm/match/round-costs.ts';
import { slotsOf } from '../../../../core/swarm/match/slots.ts';
import { NOW } from '../../../support/plans.ts';

const rounds = fc.record<SwarmOf & QueueOf>({
  ...{ agents: fc.integer({ min: 1, max: 12 }), tickets: fc.integer({ min: 1, max: 8 }) },
  ...{ capabilities: fc.constantFrom(1, 3), skills: fc.constantFrom(1, 2), slots: fc.integer({ min: 1, max: 3 }) },
  ...{ kinds: fc.integer({ min: 1, max: 3 }), kind_spread: fc.constant(0.3), seed: fc.integer() },
});

describe('the costs of a round', () => {
  it('are what each ticket costs in each slot, infinite where it may not go', () => {
    fc.assert(
      fc.property(rounds, fc.boolean(), fc.boolean(), (of, avoids, hasRoom) => {
        const swarm = swarmOf(of);
        const { agents, estimates, random } = swarm;
        const someone = agents.at(-1)?.agent_id ?? '';
        const entries = queueOf(of, swarm).map((entry, n) =>
          avoids && n === 0 ? { ...entry, avoid: [someone] } : entry,
        );
        const beliefs = createBeliefs({ estimates, random }, 'thompson');
        const eligible = createEligible(agents, NOW);
        const slotted = slotsOf(agents, entries.length);
        const room = hasRoom ? new Float64Array(10_000).fill(7) : undefined;
        const round = { entries, agents, ...slotted, now: NOW, eligible, beliefs, settings: COST_SETTINGS };
        const { rows, columns, cells, weights, isFull } = roundCosts(round, room);
        expect([rows, columns]).toEqual([entries.length, slotted.slots.length]);
        expect([...(weights ?? [])]).toEqual(entries.map((entry) => entry.estimated_duration_ms));
        expect(isFull).toBe(!cells.includes(Infinity));
        entries.forEach((entry, row) => {
          const able = eligible(entry);
          const others = able.some(({ agent_id }) => !entry.avoid.includes(agent_id));
          slotted.slots.forEach((slot, column) => {
            const mayNot = !able.includes(slot.agent) || (entry.avoid.includes(slot.agent.agent_id) && others);
            const belief = beliefs(slot.agent.agent_id, entry.task_type);
            const { cost_ms } = costOf(entry, slot.agent, belief, slot, COST_SETTINGS);
            const cell = cells[row * columns + column] as number;
            if (mayNot) expect(cell).toBe(Infinity);
            else expect(cell).toBeCloseTo(cost_ms, 3);
          });
        });
      }),
      { numRuns: 200 },
    );
  });

  it('list slots zone by zone, and those of an agent side by side', () => {
    const { agents } = swarmOf({
      ...{ agents: 30, capabilities: 1, skills: 1, slots: 3, kinds: 1, kind_spread: 0.3, seed: 1 },
    });
    const { slots, zones } = slotsOf(agents, 100);
    expect(slots).toHaveLength(90);
    const order = slots.map(({ zone }) => zone);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (const { agent, zone } of slots) expect(zones[zone]).toEqual(agent.location);
    slots.forEach(({ agent }, place) => {
      expect(slots[place - (place % 3)]?.agent).toBe(agent);
    });
  });
});
