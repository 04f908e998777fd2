import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../../bench/support/random-plans.ts';
import { SECURITY_LEVELS } from '../../../../core/messages/primitives.ts';
import { type AgentRecord, freeSlots } from '../../../../core/swarm/agent.ts';
import { createMatcher } from '../../../../core/swarm/match/matcher.ts';
import { createStandingIndex } from '../../../../core/swarm/match/standing/standing-index.ts';
import type { Match } from '../../../../core/swarm/match.ts';
import { type Estimate, type Estimates, NEUTRAL } from '../../../../core/trail/estimate.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const known = (lnRatio: number, success: number): Estimate => ({
  ln_ratio: { mean: lnRatio, kappa: 100, alpha: 100, beta: 10 },
  success: { a: 100 * success, b: 100 * (1 - success) },
  evidence: 100,
});
const held = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`held${index}`, { plan_id: 'p', task_id: 't', attempt: 1 }]),
  );

const record = fc
  .record({
    id: fc.nat(11),
    capabilities: fc.subarray(['build', 'test']),
    capacity: fc.integer({ min: 1, max: 3 }),
    taken: fc.nat(3),
    clearance: fc.constantFrom(...SECURITY_LEVELS),
    heartbeat_at: fc.constantFrom(NOW, NOW, NOW, NOW - 60_000),
    status: fc.constantFrom<AgentRecord['status']>('active', 'active', 'active', 'draining'),
    health: fc.constantFrom('HEALTHY' as const, 'HEALTHY' as const, 'DEGRADED' as const),
    zone: fc.constantFrom('a', 'b'),
    tenants: fc.constantFrom<readonly string[]>([], [], [], ['acme']),
  })
  .map(({ id, taken, health, zone, ...some }) =>
    agentOf(`a${id}`, {
      ...some,
      held: held(Math.min(taken, some.capacity)),
      location: { region: 'here', zone },
      ...(health === 'DEGRADED' && { standing: { health, reasons: [], since: NOW } as never }),
    }),
  );
const asked = fc
  .record({
    security_level: fc.constantFrom(...SECURITY_LEVELS),
    required_capabilities: fc.subarray(['build', 'test']),
    task_type: fc.constantFrom('compile', 'query'),
    tenant_id: fc.constantFrom('default', 'acme'),
    estimated_duration_ms: fc.integer({ min: 1, max: 600_000 }),
    avoid: fc.subarray(['a0', 'a1']),
    location: fc.constantFrom({ region: 'here', zone: 'a' }, { region: 'there' }),
  })
  .map((some) => entryOf('t', some));
const step = fc.oneof(
  { weight: 4, arbitrary: record.map((agent) => ({ do: 'put' as const, agent })) },
  { weight: 3, arbitrary: asked.map((entry) => ({ do: 'ask' as const, entry })) },
  { weight: 1, arbitrary: fc.nat(11).map((id) => ({ do: 'remove' as const, id: `a${id}` })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ id: fc.nat(11), ln: fc.double({ min: -2, max: 2, noNaN: true }), success: fc.constantFrom(0.2, 0.9) })
      .map((lesson) => ({ do: 'learn' as const, ...lesson })),
  },
);

const costTold = (match: Match | undefined) => match?.explanation.candidates[0]?.cost_ms;

describe('a standing index', () => {
  it('decides as a look at every agent does, whatever was put, removed and learnt before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.constantFrom(1, 1000), (steps, lanes) => {
        const by = new Map<string, Estimate>();
        const estimates: Estimates = (id, type) => by.get(`${id} ${type}`) ?? NEUTRAL;
        const agents = new Map<string, AgentRecord>();
        const index = createStandingIndex({ estimates, random: () => 0.5 }, { exploration: 'none', lanes });
        const scan = createMatcher({ exploration: 'none' });
        for (const one of steps) {
          if (one.do === 'put') {
            agents.set(one.agent.agent_id, one.agent);
            index.put(one.agent);
          } else if (one.do === 'remove') {
            agents.delete(one.id);
            index.remove(one.id);
          } else if (one.do === 'learn') {
            by.set(`a${one.id} compile`, known(one.ln, one.success));
            index.learn(`a${one.id}`, 'compile');
          } else {
            const context = { now: NOW, estimates, random: () => 0.5 };
            const [expected] = scan([one.entry], [...agents.values()], context);
            const decided = index.decide(one.entry, NOW);
            expect(costTold(decided)).toBe(costTold(expected));
            if (decided !== undefined) expect(freeSlots(decided.agent)).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds nobody where all are busy, and the one that is free again', () => {
    const index = createStandingIndex({ estimates: () => NEUTRAL, random: seeded(1) });
    index.put(agentOf('a', { held: held(1) }));
    expect(index.decide(entryOf('t'), NOW)).toBeUndefined();
    index.put(agentOf('a'));
    expect(index.decide(entryOf('t'), NOW)?.agent.agent_id).toBe('a');
  });

  it('gives an agent that was enrolled for tenants their tickets alone, and others once it is enrolled anew', () => {
    const index = createStandingIndex({ estimates: () => NEUTRAL, random: seeded(1) });
    const asks = (tenant_id: string) => index.decide(entryOf('t', { tenant_id }), NOW)?.agent.agent_id;
    index.put(agentOf('a', { tenants: ['acme'] }));
    expect([asks('acme'), asks('globex')]).toEqual(['a', undefined]);
    index.put(agentOf('a', { tenants: ['globex'] }));
    expect([asks('acme'), asks('globex')]).toEqual([undefined, 'a']);
  });

  it('offers an agent again whose slot came free and was taken and came free before anybody asked', () => {
    const index = createStandingIndex({ estimates: () => NEUTRAL, random: seeded(1) });
    const busy = agentOf('a', { held: held(1) });
    index.put(busy);
    expect(index.decide(entryOf('t'), NOW)).toBeUndefined();
    for (const agent of [agentOf('a'), busy, agentOf('a'), busy]) index.put(agent);
    expect(index.decide(entryOf('t'), NOW)).toBeUndefined();
    index.put(agentOf('a'));
    index.remove('a');
    expect(index.decide(entryOf('t'), NOW)).toBeUndefined();
    index.put(agentOf('a'));
    expect(index.decide(entryOf('t'), NOW)?.agent.agent_id).toBe('a');
  });

  it('passes over an agent that has fallen silent, until it is heard of', () => {
    const index = createStandingIndex({ estimates: () => NEUTRAL, random: seeded(1) });
    const later = NOW + 60_000;
    index.put(agentOf('a'));
    expect(index.decide(entryOf('t'), NOW)?.agent.agent_id).toBe('a');
    expect(index.decide(entryOf('t'), later)).toBeUndefined();
    index.put(agentOf('a', { heartbeat_at: later }));
    expect(index.decide(entryOf('t'), later)?.agent.agent_id).toBe('a');
  });

  it('tries agents that are not among the cheapest now and then', () => {
    const estimates: Estimates = (id) => (id < 'a5' ? known(0, 0.99) : NEUTRAL);
    const index = createStandingIndex({ estimates, random: seeded(1) });
    for (let n = 0; n < 10; n++) index.put(agentOf(`a${n}`));
    const tried = new Set(Array.from({ length: 300 }, () => index.decide(entryOf('t'), NOW)?.agent.agent_id));
    expect([...tried].some((id) => id !== undefined && id >= 'a5')).toBe(true);
  });
});
