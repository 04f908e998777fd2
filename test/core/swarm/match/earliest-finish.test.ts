import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGING } from '../../../../core/schedule/aging.ts';
import { type AgentRecord, freeSlots } from '../../../../core/swarm/agent.ts';
import { createEarliestFinish } from '../../../../core/swarm/match/earliest-finish.ts';
import type { MatchContext } from '../../../../core/swarm/match.ts';
import { type Estimates, NEUTRAL } from '../../../../core/trail/estimate.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const SURE = 1e9;
/** Agents named here are so many times faster than estimated, for sure, and fail with that probability. */
const knowing =
  (speeds: Readonly<Record<string, number>>, failures: Readonly<Record<string, number>> = {}): Estimates =>
  (agentId) => ({
    ln_ratio: { mean: -Math.log(speeds[agentId] ?? 1), kappa: SURE, alpha: SURE, beta: SURE * 1e-8 },
    success: { a: SURE * (1 - (failures[agentId] ?? 0)), b: SURE * (failures[agentId] ?? 0) },
    evidence: SURE,
  });
const context = (estimates: Estimates): MatchContext => ({ now: NOW, estimates, random: () => 0.5 });
const match = createEarliestFinish({ exploration: 'none' });
const pairs = (entries: Parameters<typeof match>[0], agents: AgentRecord[], estimates: Estimates) =>
  match(entries, agents, context(estimates)).map(({ entry, agent }) => [entry.ticket_id, agent.agent_id]);
const busy = (since: number, expected_ms: number) => ({
  held: { other: { plan_id: 'plan', task_id: 'other', attempt: 1, since, expected_ms, task_type: 'work' } },
});

describe('a ticket that goes where it is done first', () => {
  it('gets the fast agent, and the next one the other', () => {
    const agents = [agentOf('slow'), agentOf('fast')];
    expect(pairs([entryOf('a'), entryOf('b')], agents, knowing({ fast: 1.5 }))).toEqual([
      ['a', 'fast'],
      ['b', 'slow'],
    ]);
  });

  it('waits for a busy agent that is done with it sooner, and leaves the slow one to nobody', () => {
    const agents = [agentOf('slow'), agentOf('fast', busy(NOW - 50_000, 600_000))];
    expect(pairs([entryOf('a')], agents, knowing({ fast: 10, slow: 0.5 }))).toEqual([]);
  });

  it('waits behind others only as long as that is sooner', () => {
    const agents = [agentOf('slow'), agentOf('fast')];
    const entries = ['a', 'b', 'c', 'd'].map((name) => entryOf(name));
    // 60 s each: 20 s on the fast one, so the fourth would be done there after 80 s, and after 75 s on the slow one.
    expect(pairs(entries, agents, knowing({ fast: 3, slow: 0.8 }))).toEqual([
      ['a', 'fast'],
      ['d', 'slow'],
    ]);
  });

  it('does not wait longer than it may while another agent is free', () => {
    const agents = [agentOf('slow'), agentOf('fast', busy(NOW, 600_000))];
    const bounded = createEarliestFinish({ exploration: 'none', at_most: 0.5 });
    const [found] = bounded(
      [entryOf('a', { ready_at: NOW - AGING.bound_ms.silver })],
      agents,
      context(knowing({ fast: 10, slow: 0.5 })),
    );
    expect(found?.agent.agent_id).toBe('slow');
  });

  it('does not take an agent that fails at once for a fast one', () => {
    const agents = [agentOf('hole'), agentOf('steady')];
    expect(pairs([entryOf('a')], agents, knowing({ hole: 5 }, { hole: 0.95 }))).toEqual([['a', 'steady']]);
  });

  it('tells the candidates with their costs, the chosen one first', () => {
    const agents = [agentOf('slow'), agentOf('fast')];
    const [found] = match([entryOf('a')], agents, context(knowing({ fast: 2 })));
    expect(found?.explanation).toMatchObject({
      strategy: 'earliest-finish',
      candidates: [
        { agent_id: 'fast', duration_ms: 30_000 },
        { agent_id: 'slow', duration_ms: 60_000 },
      ],
      margin_ms: 30_000,
    });
  });

  it('is never one of more than the slots that are free, and every ticket is matched once at the most', () => {
    const anyAgents = fc
      .array(fc.record({ capacity: fc.integer({ min: 1, max: 3 }), held: fc.boolean() }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((list) =>
        list.map(({ capacity, held }, at) =>
          agentOf(`agent-${at}`, { capacity, ...(held ? busy(NOW - 1000, 60_000) : {}) }),
        ),
      );
    fc.assert(
      fc.property(anyAgents, fc.integer({ min: 0, max: 12 }), (agents, count) => {
        const entries = Array.from({ length: count }, (_, at) => entryOf(`ticket-${at}`));
        const found = match(
          entries,
          agents,
          context(() => NEUTRAL),
        );
        expect(new Set(found.map(({ entry }) => entry.ticket_id)).size).toBe(found.length);
        for (const agent of agents)
          expect(found.filter((one) => one.agent.agent_id === agent.agent_id).length).toBeLessThanOrEqual(
            freeSlots(agent),
          );
      }),
    );
  });
});
