/** When a ticket that waits is likely to begin. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedTurn } from '../../../core/schedule/expected-turn.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { type Estimates, neutral } from '../../../core/trail/estimate.ts';
import { meanDuration } from '../../../core/trail/predict.ts';
import { NOW } from '../../support/plans.ts';
import { agentOf, entryOf } from '../../support/scheduling.ts';

const known = { now: NOW, estimates: neutral as Estimates };
/** what a ticket of `entryOf` is expected to take */
const ONE = meanDuration(neutral('x', 'work'), 60_000);

const busy = (agent_id: string, since: number): AgentRecord =>
  agentOf(agent_id, {
    held: { t: { plan_id: 'p', task_id: 't', attempt: 1, since, expected_ms: 60_000, task_type: 'work' } },
  });

describe('the expected turn', () => {
  it('is now where a slot is free and nobody comes before', () => {
    expect(expectedTurn([entryOf('a')], 'a', [agentOf('x')], known)).toEqual({ place: 1, of: 1, in_ms: 0 });
  });

  it('is after those that come before, each on the slot that is free first', () => {
    const queue = ['a', 'b', 'c', 'd', 'e'].map((name) => entryOf(name));
    const agents = [agentOf('x'), agentOf('y')];
    const turns = queue.map(({ ticket_id }) => expectedTurn(queue, ticket_id, agents, known)?.in_ms);
    expect(turns).toEqual([0, 0, ONE, ONE, 2 * ONE].map(Math.round));
  });

  it('is when what fills the slot is expected to end, the later the later that began', () => {
    const [early, late] = [NOW - 30_000, NOW].map(
      (since) => expectedTurn([entryOf('a')], 'a', [busy('x', since)], known)?.in_ms ?? 0,
    );
    expect(early).toBeGreaterThan(0);
    expect(late).toBe(Math.round(ONE));
  });

  it('passes over those before it that take none of the slots that it can use', () => {
    const queue = [entryOf('other', { required_capabilities: ['deploy'] }), entryOf('a')];
    expect(expectedTurn(queue, 'a', [agentOf('x')], known)).toEqual({ place: 2, of: 2, in_ms: 0 });
  });

  it('has no time where no agent may run it, and is nothing for one that does not wait', () => {
    const secret = entryOf('a', { security_level: 'RESTRICTED' });
    expect(expectedTurn([secret], 'a', [agentOf('x')], known)).toEqual({ place: 1, of: 1 });
    const silent = agentOf('x', { heartbeat_at: NOW - 3_600_000 });
    expect(expectedTurn([entryOf('a')], 'a', [silent], known)).toEqual({ place: 1, of: 1 });
    expect(expectedTurn([entryOf('a')], 'b', [agentOf('x')], known)).toBeUndefined();
  });

  it('never comes later with one more agent, nor sooner with one more ticket before', () => {
    const scene = fc.record({ before: fc.integer({ min: 0, max: 12 }), agents: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(scene, ({ before, agents }) => {
        const turn = (tickets: number, slots: number): number => {
          const queue = [...Array.from({ length: tickets }, (_, at) => entryOf(`b${at}`)), entryOf('a')];
          const swarm = Array.from({ length: slots }, (_, at) => agentOf(`x${at}`));
          return expectedTurn(queue, 'a', swarm, known)?.in_ms ?? Number.NaN;
        };
        expect(turn(before, agents + 1)).toBeLessThanOrEqual(turn(before, agents));
        expect(turn(before + 1, agents)).toBeGreaterThanOrEqual(turn(before, agents));
      }),
      { numRuns: 50 },
    );
  });
});
