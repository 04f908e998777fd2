import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../../bench/support/random-plans.ts';
import { SECURITY_LEVELS } from '../../../../core/messages/primitives.ts';
import {
  type AgentRecord,
  freeSlots,
  hasCapabilities,
  healthOf,
  isCleared,
  mayBeMatched,
} from '../../../../core/swarm/agent.ts';
import { COST_SETTINGS } from '../../../../core/swarm/match/cost.ts';
import { createMatcher } from '../../../../core/swarm/match/matcher.ts';
import { AVOID_FOR_MS, type MatchContext } from '../../../../core/swarm/match.ts';
import { type Estimate, type Estimates, NEUTRAL, neutral } from '../../../../core/trail/estimate.ts';
import { meanDuration } from '../../../../core/trail/predict.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const contextOf = (changes: Partial<MatchContext> = {}): MatchContext => ({
  ...{ now: NOW, estimates: neutral, random: seeded(1) },
  ...changes,
});

/** Well known: takes `ratio` of the estimate, and succeeds that often. */
const known = (ratio: number, success = 0.99): Estimate => ({
  ln_ratio: { mean: Math.log(ratio), kappa: 1000, alpha: 1000, beta: 10 },
  success: { a: 1000 * success, b: 1000 * (1 - success) },
  evidence: 1000,
});
const knownAs =
  (by: Record<string, Estimate>): Estimates =>
  (agentId) =>
    by[agentId] ?? NEUTRAL;

const heldBy = (count: number, since = NOW) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `held${index}`,
      { plan_id: 'p', task_id: 't', attempt: 1, since, expected_ms: 60_000, task_type: 'work' },
    ]),
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
      location: fc.constantFrom({ region: 'here' }, { region: 'here', zone: 'a' }, { region: 'there' }),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map(({ taken, ...some }, index) => agentOf(`a${index}`, { ...some, held: heldBy(taken) })));
const entries = fc
  .array(
    fc.record({
      security_level: fc.constantFrom(...SECURITY_LEVELS),
      required_capabilities: fc.subarray(['build', 'test']),
      task_type: fc.constantFrom('compile', 'query'),
      estimated_duration_ms: fc.integer({ min: 1, max: 600_000 }),
      avoid: fc.subarray(['a0', 'a1']),
      ready_at: fc.constantFrom(NOW, NOW - AVOID_FOR_MS),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((some, index) => entryOf(`t${index}`, some)));
const settings = fc.constantFrom({}, { exploration: 'none' as const }, { cells: 0 });

describe('a match', () => {
  it('is with an agent that is capable, cleared, there and free, one a ticket, and no slot is given twice', () => {
    fc.assert(
      fc.property(entries, agents, settings, (waiting, swarm, changes) => {
        const matches = createMatcher(changes)(waiting, swarm, contextOf());
        expect(new Set(matches.map(({ entry }) => entry.ticket_id)).size).toBe(matches.length);
        for (const { entry, agent } of matches) {
          expect(hasCapabilities(agent, entry.required_capabilities)).toBe(true);
          expect(isCleared(agent.clearance, entry.security_level)).toBe(true);
          expect(mayBeMatched(agent, NOW)).toBe(true);
          if (entry.avoid.includes(agent.agent_id) && entry.ready_at === NOW)
            for (const other of swarm)
              expect(
                !entry.avoid.includes(other.agent_id) &&
                  hasCapabilities(other, entry.required_capabilities) &&
                  isCleared(other.clearance, entry.security_level) &&
                  healthOf(other, NOW) === healthOf(agent, NOW),
              ).toBe(false);
        }
        for (const one of swarm)
          expect(matches.filter(({ agent }) => agent === one).length).toBeLessThanOrEqual(Math.max(0, freeSlots(one)));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no ticket waiting that a healthy agent with a free slot could run', () => {
    fc.assert(
      fc.property(entries, agents, settings, (waiting, swarm, changes) => {
        const matches = createMatcher(changes)(waiting, swarm, contextOf());
        for (const entry of waiting.filter((one) => !matches.some((match) => match.entry === one)))
          for (const one of swarm) {
            const free = freeSlots(one) - matches.filter(({ agent }) => agent === one).length;
            const could =
              free > 0 &&
              healthOf(one, NOW) === 'HEALTHY' &&
              hasCapabilities(one, entry.required_capabilities) &&
              isCleared(one.clearance, entry.security_level) &&
              !entry.avoid.includes(one.agent_id);
            expect(could).toBe(false);
          }
      }),
    );
  });

  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(entries, agents, fc.integer(), (waiting, swarm, seed) => {
        const once = () => createMatcher()(waiting, swarm, contextOf({ random: seeded(seed) }));
        expect(once()).toEqual(once());
      }),
    );
  });

  it('tells costs that add up, of at most three agents, the chosen one first', () => {
    fc.assert(
      fc.property(entries, agents, (waiting, swarm) => {
        for (const { agent, explanation } of createMatcher()(waiting, swarm, contextOf())) {
          expect(explanation.candidates.length).toBeLessThanOrEqual(3);
          expect(explanation.candidates[0]?.agent_id).toBe(agent.agent_id);
          expect(new Set(explanation.candidates.map(({ agent_id }) => agent_id)).size).toBe(
            explanation.candidates.length,
          );
          for (const told of explanation.candidates) {
            const { cost_ms = 0, wait_ms = 0, duration_ms = 0, success = 1, avoid_ms = 0 } = told;
            const { failure_ms = 0, distance_ms = 0, spread_ms = 0 } = told;
            const sum = (wait_ms + duration_ms) / success + failure_ms + distance_ms + spread_ms + avoid_ms;
            // Each term is told in whole ms, and one of them is divided by a probability.
            expect(Math.abs(cost_ms - sum)).toBeLessThanOrEqual(5 + 1 / success + cost_ms * 1e-4);
            expect(Number.isInteger(cost_ms)).toBe(true);
          }
          const [first, second] = explanation.candidates;
          expect(explanation.margin_ms === undefined).toBe(second === undefined);
          if (second !== undefined)
            expect(
              Math.abs((explanation.margin_ms ?? 0) - ((second.cost_ms ?? 0) - (first?.cost_ms ?? 0))),
            ).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is with the agent expected to be done first', () => {
    const swarm = [agentOf('slow'), agentOf('fast')];
    const estimates = knownAs({ slow: known(2), fast: known(0.5) });
    const [match] = createMatcher()([entryOf('t')], swarm, contextOf({ estimates }));
    expect(match?.agent.agent_id).toBe('fast');
    expect(match?.explanation.method).toBe('single');
    expect(match?.explanation.predicted?.p50_ms).toBeGreaterThan(29_000);
    expect(match?.explanation.predicted?.p50_ms).toBeLessThan(31_000);
  });

  it('is not with one that looks fast because it fails at once', () => {
    const swarm = [agentOf('black-hole'), agentOf('honest')];
    const estimates = knownAs({ 'black-hole': known(0.01, 0.05), honest: known(1) });
    expect(createMatcher()([entryOf('t')], swarm, contextOf({ estimates }))[0]?.agent.agent_id).toBe('honest');
  });

  it('gives the longer ticket the faster agent', () => {
    const swarm = [agentOf('slow'), agentOf('fast')];
    const estimates = knownAs({ slow: known(2), fast: known(0.5) });
    const waiting = [entryOf('short', { estimated_duration_ms: 1000 }), entryOf('long')];
    const matches = createMatcher()(waiting, swarm, contextOf({ estimates }));
    expect(matches.map(({ entry, agent }) => [entry.ticket_id, agent.agent_id])).toEqual([
      ['short', 'slow'],
      ['long', 'fast'],
    ]);
  });

  it('serves the first ticket first when there is one slot', () => {
    const swarm = [agentOf('only')];
    const waiting = [entryOf('first', { estimated_duration_ms: 600_000 }), entryOf('second')];
    expect(createMatcher()(waiting, swarm, contextOf()).map(({ entry }) => entry.ticket_id)).toEqual(['first']);
  });

  it('spreads equal tickets over equal agents', () => {
    const swarm = ['a', 'b', 'c'].map((id) => agentOf(id, { capacity: 3 }));
    const estimates = knownAs({ a: known(1), b: known(1), c: known(1) });
    const matches = createMatcher({ exploration: 'none' })(
      ['1', '2', '3'].map((id) => entryOf(id)),
      swarm,
      contextOf({ estimates }),
    );
    expect(new Set(matches.map(({ agent }) => agent.agent_id)).size).toBe(3);
  });

  it('is with the nearer of equals, and not with a nearer one that takes twice as long', () => {
    const here = { region: 'here', zone: 'a' };
    const swarm = [agentOf('far', { location: { region: 'there' } }), agentOf('near', { location: here })];
    const choose = (near: number) =>
      createMatcher({ exploration: 'none' })(
        [entryOf('t', { location: here })],
        swarm,
        contextOf({ estimates: knownAs({ far: known(1), near: known(near) }) }),
      )[0]?.agent.agent_id;
    expect([choose(1), choose(2)]).toEqual(['near', 'far']);
  });

  it('is not with an agent that holds the ticket already', () => {
    const holder = agentOf('a', { capacity: 2, held: { t: { plan_id: 'p', task_id: 't', attempt: 1 } } });
    expect(createMatcher()([entryOf('t')], [holder], contextOf())).toEqual([]);
  });
});

describe('an agent that an attempt failed on', () => {
  const failed = entryOf('t', { avoid: ['a'], attempt: 2 });
  const choose = (entry: typeof failed, swarm: AgentRecord[]) =>
    createMatcher()([entry], swarm, contextOf())[0]?.agent.agent_id;
  const busy = agentOf('b', { held: heldBy(1) });

  it('is left alone while another one is busy, for a while', () => {
    expect(choose(failed, [agentOf('a'), busy])).toBeUndefined();
    expect(choose({ ...failed, ready_at: NOW - AVOID_FOR_MS }, [agentOf('a'), busy])).toBe('a');
  });

  it('will do where there is no other', () => {
    expect(choose(failed, [agentOf('a')])).toBe('a');
  });
});

describe('exploration', () => {
  it('tries an agent of which nothing is known beside one that is known', () => {
    const swarm = [agentOf('known'), agentOf('new')];
    const estimates = knownAs({ known: known(0.9) });
    const random = seeded(7);
    const chosen = Array.from(
      { length: 200 },
      () => createMatcher()([entryOf('t')], swarm, contextOf({ estimates, random }))[0]?.agent.agent_id,
    );
    expect(chosen).toContain('known');
    expect(chosen).toContain('new');
  });

  it('is off on demand: the means decide', () => {
    const swarm = [agentOf('a'), agentOf('b')];
    const estimates = knownAs({ a: known(0.9) });
    const [match] = createMatcher({ exploration: 'none' })([entryOf('t')], swarm, contextOf({ estimates }));
    expect(match?.agent.agent_id).toBe('a');
    expect(match?.explanation.candidates[0]?.duration_ms).toBe(Math.round(meanDuration(known(0.9), 60_000)));
  });
});

describe('a round too large to look at every slot', () => {
  it('serves as many tickets, for hardly more', () => {
    const random = seeded(3);
    const swarm = Array.from({ length: 300 }, (_, index) => agentOf(`a${index}`, { capacity: 2 }));
    const by = Object.fromEntries(swarm.map(({ agent_id }) => [agent_id, known(Math.exp(random() * 3))]));
    const waiting = Array.from({ length: 40 }, (_, index) =>
      entryOf(`t${index}`, { estimated_duration_ms: 1000 + Math.floor(random() * 600_000) }),
    );
    const cost = (cells: number) => {
      const matches = createMatcher({ exploration: 'none', cells })(
        waiting,
        swarm,
        contextOf({ estimates: knownAs(by) }),
      );
      expect(matches).toHaveLength(40);
      return matches.reduce((sum, { explanation }) => sum + (explanation.candidates[0]?.cost_ms ?? 0), 0);
    };
    expect(cost(0)).toBeLessThanOrEqual(cost(1e6) * (1 + COST_SETTINGS.other_region.at_most));
  });
});
