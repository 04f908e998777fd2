import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentRecord } from '../../../../core/swarm/agent.ts';
import type { Outcomes } from '../../../../core/swarm/health/ladder.ts';
import { reviewAgents } from '../../../../core/swarm/health/review.ts';
import { HEALTH_SETTINGS as SETTINGS } from '../../../../core/swarm/health/settings.ts';
import { nothingKnown } from '../../../../core/swarm/health/signs.ts';
import { unmarked } from '../../../../core/swarm/health/state.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf } from '../../../support/scheduling.ts';

const swarm = (size: number, changes: (at: number) => Partial<AgentRecord> = () => ({})): AgentRecord[] =>
  Array.from({ length: size }, (_, at) => agentOf(`agent-${at}`, changes(at)));
const losing = (size: number) => swarm(size, () => ({ lost_in_a_row: 5 }));
const fallenAt = (agent_id: string, since: number): Partial<AgentRecord> => ({
  standing: { ...unmarked(agent_id), health: 'DEGRADED', since, fell_at: since, reasons: ['losing'] },
});

describe('A review', () => {
  it('changes nothing while all is well', () => {
    expect(reviewAgents(swarm(20), nothingKnown, NOW)).toEqual({ changes: [], held_back: [], braked: [] });
  });

  it('lets one bad agent of many fall, and leaves the others', () => {
    const agents = swarm(20, (at) => (at === 7 ? { lost_in_a_row: 3 } : {}));
    const { changes, held_back } = reviewAgents(agents, nothingKnown, NOW);
    expect(changes.map(({ agent, change }) => [agent.agent_id, change.to])).toEqual([['agent-7', 'DEGRADED']]);
    expect(held_back).toEqual([]);
  });

  it('judges no person by silence or losses', () => {
    const person = agentOf('ada', { kind: 'human', heartbeat_at: 0, lost_in_a_row: 20 });
    expect(reviewAgents([person], nothingKnown, NOW).changes).toEqual([]);
  });

  it('lets the brake hold back what falls together, tells of which capability, and takes the worst', () => {
    const agents = losing(20).map((agent, at) => (at === 19 ? { ...agent, lost_in_a_row: 9 } : agent));
    const { changes, held_back, braked } = reviewAgents(agents, nothingKnown, NOW);
    expect([changes.length, held_back.length]).toEqual([6, 14]);
    expect(changes[0]?.change.to).toBe('UNHEALTHY');
    expect(braked).toEqual([{ capability: 'build', agents: 20, fallen: 6, held_back: 14 }]);
  });

  it('has no room left where others have just fallen, and room again when that is a while ago', () => {
    const agents = losing(10).map((agent, at) =>
      at < 3 ? { ...agent, ...fallenAt(agent.agent_id, NOW - 1000) } : agent,
    );
    expect(reviewAgents(agents, nothingKnown, NOW).changes).toEqual([]);
    const later = NOW + SETTINGS.brake_window_ms;
    const alive = agents.map((agent) => ({ ...agent, heartbeat_at: later }));
    expect(
      reviewAgents(alive, nothingKnown, later).changes.filter(({ change }) => change.from === 'HEALTHY'),
    ).toHaveLength(3);
  });

  it('holds nothing against an agent that has just risen: that it fell is a while ago', () => {
    const risen = (agent_id: string): Partial<AgentRecord> => ({
      standing: {
        ...unmarked(agent_id),
        ...{ health: 'DEGRADED', since: NOW - 1000, reasons: ['probation'] },
        fell_at: NOW - SETTINGS.brake_window_ms,
      },
    });
    const agents = losing(10).map((agent, at) => (at < 3 ? agentOf(agent.agent_id, risen(agent.agent_id)) : agent));
    expect(reviewAgents(agents, nothingKnown, NOW).changes).toHaveLength(3);
  });

  it('still counts those that fell within the window and rose by one rung', () => {
    const agents = losing(10).map((agent, at) => {
      const { standing } = fallenAt(agent.agent_id, NOW - 60_000);
      return at < 3 && standing !== undefined
        ? agentOf(agent.agent_id, { standing: { ...standing, since: NOW - 1000, reasons: ['probation'] } })
        : agent;
    });
    expect(reviewAgents(agents, nothingKnown, NOW).changes).toEqual([]);
  });

  it('records silence all the same, but then removes and degrades nobody', () => {
    const agents = swarm(20, (at) => (at < 10 ? { heartbeat_at: NOW - 60_000 } : { lost_in_a_row: 5 }));
    const { changes, held_back } = reviewAgents(agents, nothingKnown, NOW);
    expect(changes.map(({ change }) => change.to)).toEqual(Array.from({ length: 10 }, () => 'UNHEALTHY'));
    expect(held_back).toHaveLength(10);
  });

  it('never keeps agents from rising', () => {
    const agents = swarm(20, (at) => fallenAt(`agent-${at}`, NOW - 60_000));
    expect(reviewAgents(agents, nothingKnown, NOW).changes).toHaveLength(20);
  });

  it('lets no more than a number and a share of any capability fall by judgement within the window', () => {
    const names = ['a', 'b', 'c'];
    const anyAgent = fc.record({
      capabilities: fc.subarray(names, { minLength: 1 }),
      lost_in_a_row: fc.nat({ max: 10 }),
      fell: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      failure: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(anyAgent, { maxLength: 60 }), (drawn) => {
        const agents = drawn.map(({ capabilities, lost_in_a_row, fell }, at) =>
          agentOf(`agent-${at}`, {
            ...{ capabilities, lost_in_a_row },
            ...(fell === undefined ? {} : fallenAt(`agent-${at}`, NOW - fell * 60_000)),
          }),
        );
        const outcomesOf = (id: string): Outcomes => {
          const mean = drawn[Number(id.slice('agent-'.length))]?.failure ?? 0;
          const slowness = { mean: 1, low: 1 };
          return { evidence: 30, failure: { mean, low: mean }, failure_expected: 0.05, slowness };
        };
        const { changes, held_back } = reviewAgents(agents, outcomesOf, NOW);
        expect(new Set([...changes, ...held_back].map(({ agent }) => agent.agent_id)).size).toBe(
          changes.length + held_back.length,
        );
        for (const name of names) {
          const of = agents.filter(({ capabilities }) => capabilities.includes(name));
          const room = Math.max(SETTINGS.brake_number, Math.floor(SETTINGS.brake_share * of.length));
          const recent = of.filter(({ standing }) => standing && NOW - standing.since < SETTINGS.brake_window_ms);
          const falling = changes.filter(
            ({ agent, change }) => of.includes(agent) && change.to !== 'HEALTHY' && !recent.includes(agent),
          );
          expect(falling.length).toBeLessThanOrEqual(Math.max(0, room - recent.length));
        }
      }),
      { numRuns: 200 },
    );
  });
});
