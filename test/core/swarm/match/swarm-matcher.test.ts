import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueEntry } from '../../../../core/schedule/queue-entry.ts';
import { type AgentRecord, freeSlots } from '../../../../core/swarm/agent.ts';
import { createSwarmMatcher } from '../../../../core/swarm/match/swarm-matcher.ts';
import type { MatchContext } from '../../../../core/swarm/match.ts';
import { type Estimates, NEUTRAL } from '../../../../core/trail/estimate.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const SURE = 1e9;
/** `agent/kind` is so many times faster than estimated, for sure. */
const knowing =
  (speeds: Readonly<Record<string, number>>): Estimates =>
  (agentId, kind) => ({
    ln_ratio: { mean: -Math.log(speeds[`${agentId}/${kind}`] ?? 1), kappa: SURE, alpha: SURE, beta: SURE * 1e-8 },
    success: { a: SURE, b: 0 },
    evidence: SURE,
  });
const context = (estimates: Estimates): MatchContext => ({ now: NOW, estimates, random: () => 0.5 });
const sure = createSwarmMatcher({ exploration: 'none' });
const pairs = (entries: QueueEntry[], agents: AgentRecord[], estimates: Estimates) =>
  sure(entries, agents, context(estimates)).map(({ entry, agent }) => [entry.ticket_id, agent.agent_id]);

describe('the swarm’s matching', () => {
  it('gives two tickets the agents that are best in sum, where nothing ends later by it', () => {
    const agents = [agentOf('x'), agentOf('y')];
    const entries = [entryOf('a', { task_type: 'any' }), entryOf('b', { task_type: 'picky' })];
    // One by one, a would take y and leave b an agent that takes 100 s for it.
    const speeds = { 'x/any': 1, 'y/any': 1.1, 'x/picky': 0.6, 'y/picky': 1 };
    expect(pairs(entries, agents, knowing(speeds))).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ]);
  });

  it('leaves the ticket that most depends on the agent that is done with it first', () => {
    const agents = [agentOf('x'), agentOf('y')];
    const entries = [entryOf('long', { below_ms: 3_600_000, task_type: 'any' }), entryOf('b', { task_type: 'picky' })];
    const speeds = { 'x/any': 1, 'y/any': 1.1, 'x/picky': 0.6, 'y/picky': 1 };
    expect(pairs(entries, agents, knowing(speeds))).toEqual([
      ['long', 'y'],
      ['b', 'x'],
    ]);
  });

  it('holds a ticket back for a much faster agent that is busy, and not for ever', () => {
    const held = {
      other: { plan_id: 'p', task_id: 'o', attempt: 1, since: NOW - 1000, expected_ms: 60_000, task_type: 'work' },
    };
    const agents = [agentOf('slow'), agentOf('fast', { held })];
    const speeds = { 'slow/work': 0.1, 'fast/work': 4 };
    expect(pairs([entryOf('a')], agents, knowing(speeds))).toEqual([]);
    const waited = entryOf('a', { ready_at: NOW - 3_600_000 });
    expect(pairs([waited], agents, knowing(speeds))).toEqual([['a', 'slow']]);
  });

  it('never gives a slot twice, nor a ticket to two agents, and leaves no ticket without one where all are alike', () => {
    const entries = fc.array(fc.record({ below_ms: fc.nat(100_000), estimate: fc.integer({ min: 1, max: 100_000 }) }), {
      maxLength: 12,
    });
    const agents = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 });
    const seeds = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(entries, agents, seeds, (waiting, capacities, seed) => {
        let state = seed;
        const random = () => {
          state = (state * 48271) % 2147483647;
          return state / 2147483647;
        };
        const queue = waiting.map(({ below_ms, estimate }, at) =>
          entryOf(`t${at}`, { below_ms, estimated_duration_ms: estimate }),
        );
        const swarm = capacities.map((capacity, at) => agentOf(`a${at}`, { capacity }));
        const matches = createSwarmMatcher()(queue, swarm, { now: NOW, estimates: () => NEUTRAL, random });
        expect(new Set(matches.map(({ entry }) => entry.ticket_id)).size).toBe(matches.length);
        for (const agent of swarm)
          expect(matches.filter((match) => match.agent === agent).length).toBeLessThanOrEqual(freeSlots(agent));
        const slots = capacities.reduce((sum, capacity) => sum + capacity, 0);
        if (queue.length > 0 && slots > 0) expect(matches.length).toBeGreaterThan(0);
      }),
    );
  });
});
