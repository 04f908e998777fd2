import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndedAttempt, regretOf } from '../../../core/swarm/regret.ts';
import { NOW } from '../../support/plans.ts';

const attempt = (agent_id: string, at: number, changes: Partial<EndedAttempt> = {}): EndedAttempt => ({
  ...{ agent_id, task_type: 'work', estimated_ms: 1000, assigned_at: NOW + at, ended_at: NOW + at + 1000 },
  ...{ duration_ms: 1000, succeeded: true },
  ...changes,
});
const slow = (at: number) => attempt('slow', at, { duration_ms: 4000, ended_at: NOW + at + 4000 });

describe('regret', () => {
  it('is nothing while the best free agent is chosen, though another one would have been better', () => {
    const both = new Map([
      ['fast', 1],
      ['slow', 1],
    ]);
    // The fast one is busy when the second is assigned.
    const { regret_ms, round_robin_ms } = regretOf([attempt('fast', 0), slow(10)], both);
    expect(regret_ms).toBe(0);
    expect(round_robin_ms).toBe(1500);
  });

  it('is the time that the best free agent would have saved', () => {
    const { regret_ms, agents } = regretOf([attempt('fast', 0), slow(5000)], new Map([['fast', 1]]));
    expect(regret_ms).toBe(3000);
    expect(agents.map(({ agent_id, slowness }) => [agent_id, slowness])).toEqual([
      ['fast', 1],
      ['slow', 4],
    ]);
  });

  it('counts failures: an agent that fails at once is not fast', () => {
    const failing = (at: number) =>
      attempt('hole', at, { duration_ms: 1, ended_at: NOW + at + 1, succeeded: at === 20_000 });
    const { agents, regret_ms } = regretOf(
      [...[0, 2000, 4000, 6000, 20_000].map(failing), attempt('good', 30_000)],
      new Map(),
    );
    expect(agents[0]?.agent_id).toBe('hole');
    expect(agents[0]?.failures).toBe(4);
    expect(agents[0]?.cost_factor).toBeCloseTo(0.001 / (1.5 / 5.5), 6);
    expect(regret_ms).toBeGreaterThan(990);
  });

  it('shows that it has learnt: less regret in the last third than in the first', () => {
    const own = [slow(0), slow(5000), slow(10_000), ...[15, 17, 19, 21, 23, 25].map((s) => attempt('fast', s * 1000))];
    const { first_third_ms, last_third_ms, points } = regretOf(own, new Map());
    expect(first_third_ms).toBe(3000);
    expect(last_third_ms).toBe(0);
    expect(points).toHaveLength(9);
  });

  it('is never negative and only ever rises, whatever happened', () => {
    const attempts = fc.array(
      fc.record({
        agent_id: fc.constantFrom('a', 'b', 'c'),
        task_type: fc.constant('work'),
        estimated_ms: fc.integer({ min: 1, max: 10_000 }),
        assigned_at: fc.integer({ min: NOW, max: NOW + 10_000 }),
        ended_at: fc.integer({ min: NOW + 10_000, max: NOW + 20_000 }),
        duration_ms: fc.nat(10_000),
        succeeded: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 3 }), (ended, slots) => {
        const { points, regret_ms, round_robin_ms } = regretOf(ended, new Map([['a', slots]]));
        const series = points.map((point) => point.regret_ms);
        expect(series.every((value, at) => value >= (series[at - 1] ?? 0) - 1e-6)).toBe(true);
        expect(Number.isFinite(regret_ms) && Number.isFinite(round_robin_ms)).toBe(true);
      }),
    );
  });
});
