import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../adapters/system/digest.ts';
import { GENESIS, record } from '../../../../core/ledger/chain.ts';
import { below, type Outcomes, type Signs, step } from '../../../../core/swarm/health/ladder.ts';
import { eventOf } from '../../../../core/swarm/health/record.ts';
import { HEALTH_SETTINGS as SETTINGS } from '../../../../core/swarm/health/settings.ts';
import { type HealthState, type Rung, reduceHealth, unmarked } from '../../../../core/swarm/health/state.ts';
import { NOW } from '../../../support/plans.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const well: Signs = { silent: false, silent_ms: 0, missed_beats: 0, lost_in_a_row: 0, holds: 0 };
const silentFor = (ms: number, holds = 0): Signs => ({
  ...{ ...well, silent: true, silent_ms: ms, missed_beats: ms / 5000, holds },
});
const exactly = (mean: number) => ({ mean, low: mean });
const outcomes = (changes: Partial<Outcomes> = {}): Outcomes => ({
  ...{ evidence: 50, failure: exactly(0.05), failure_expected: 0.05, slowness: exactly(1) },
  ...changes,
});
const doing = (changes: Partial<Outcomes>): Signs => ({ ...well, outcomes: outcomes(changes) });
const failing = (evidence: number): Signs => doing({ evidence, failure: exactly(0.9) });

/** Goes on from `state`, as the ledger would have it. */
function next(state: HealthState, signs: Signs, at: number): HealthState {
  const change = step(state, signs, at, SETTINGS);
  if (change === undefined) return state;
  const entry = { aggregate: 'HEALTH#a', at, subject: {}, event: eventOf(change) };
  return reduceHealth(state, record(GENESIS, entry, sha256));
}

/** One review after the other; answers with the rungs it was on, without repetition. */
function play(signs: readonly (readonly [number, Signs])[]): Rung[] {
  let state = unmarked('a');
  const rungs: Rung[] = [state.health];
  for (const [after, shown] of signs) {
    state = next(state, shown, NOW + after);
    if (rungs.at(-1) !== state.health) rungs.push(state.health);
  }
  return rungs;
}

const every = (ms: number, from: number, to: number, signs: Signs) =>
  Array.from({ length: Math.floor((to - from) / ms) }, (_, at) => [from + at * ms, signs] as const);

describe('An agent falls', () => {
  it.each<[string, Signs, Rung | undefined]>([
    ['not while all is well', well, undefined],
    ['not by failing as often as others do', doing({ failure: exactly(0.6), failure_expected: 0.55 }), undefined],
    ['not where too little is known to be sure', doing({ failure: { mean: 0.6, low: 0.2 } }), undefined],
    ['not by being half as fast', doing({ slowness: exactly(2) }), undefined],
    ['by failing more often than others', doing({ failure: exactly(0.4) }), 'DEGRADED'],
    ['by failing nearly always', failing(50), 'UNHEALTHY'],
    ['by turning ten times slower', doing({ slowness: { mean: 10, low: 6 } }), 'DEGRADED'],
    ['by not answering for three attempts in a row', { ...well, lost_in_a_row: 3 }, 'DEGRADED'],
    ['by not answering for eight', { ...well, lost_in_a_row: 8 }, 'UNHEALTHY'],
    ['by silence', silentFor(15_000), 'UNHEALTHY'],
    ['off the ladder when it has been silent for long', silentFor(10 * MINUTE), 'REMOVED'],
    ['no further than UNHEALTHY while it holds something', silentFor(10 * MINUTE, 1), 'UNHEALTHY'],
  ])('%s', (_, signs, to) => {
    expect(step(unmarked('a'), signs, NOW, SETTINGS)?.to).toBe(to);
  });

  it('not off the ladder before it has missed many heartbeats, however rarely it sends them', () => {
    const rare = { ...silentFor(20 * MINUTE), missed_beats: 4 };
    expect(step(unmarked('a'), rare, NOW, SETTINGS)?.to).toBe('UNHEALTHY');
  });

  it('for all of the reasons that put it there, with the figures', () => {
    const signs = { ...doing({ slowness: exactly(8) }), lost_in_a_row: 3 };
    expect(step(unmarked('a'), signs, NOW, SETTINGS)).toMatchObject({
      reasons: ['losing', 'slow'],
      figures: { slowness: 8, lost_in_a_row: 3, failure: 0.05, evidence: 50 },
    });
  });
});

describe('An agent rises', () => {
  it('by one rung at a time, each after the hold', () => {
    const signs = [[0, silentFor(20_000)] as const, ...every(10_000, 10_000, 5 * MINUTE, well)];
    expect(play(signs)).toEqual(['HEALTHY', 'UNHEALTHY', 'DEGRADED', 'HEALTHY']);
    expect(play(signs.filter(([at]) => at < 30_000))).toEqual(['HEALTHY', 'UNHEALTHY']);
    expect(play(signs.filter(([at]) => at < 60_000))).toEqual(['HEALTHY', 'UNHEALTHY', 'DEGRADED']);
  });

  it('not while it is merely less bad: what it fell by must be well behind it', () => {
    const fallen = next(unmarked('a'), doing({ failure: exactly(0.4) }), NOW);
    const better = doing({ evidence: 60, failure: exactly(0.2) });
    const good = doing({ evidence: 90, failure: exactly(0.1) });
    expect(step(fallen, better, NOW + 10 * MINUTE, SETTINGS)).toBeUndefined();
    expect(step(fallen, good, NOW + 10 * MINUTE, SETTINGS)).toMatchObject({ to: 'HEALTHY', reasons: ['recovered'] });
  });

  it('on probation when nothing new is known, and falls again by new failures only', () => {
    const fallen = next(unmarked('a'), doing({ evidence: 20, failure: exactly(0.5) }), NOW);
    const again = next(fallen, doing({ evidence: 20, failure: exactly(0.5) }), NOW + MINUTE);
    expect(again).toMatchObject({ health: 'HEALTHY', reasons: ['probation'] });
    const same = step(again, doing({ evidence: 20, failure: exactly(0.5) }), NOW + 2 * MINUTE, SETTINGS);
    expect(same).toBeUndefined();
    const worse = step(again, doing({ evidence: 24, failure: exactly(0.5) }), NOW + 2 * MINUTE, SETTINGS);
    expect(worse).toMatchObject({ to: 'DEGRADED', relapses: 1 });
  });

  it('later with each relapse, and as soon as at first when it was well for long', () => {
    let state = next(unmarked('a'), { ...well, lost_in_a_row: 3 }, NOW);
    state = next(state, { ...well, lost_in_a_row: 3 }, NOW + MINUTE);
    const soon = next(state, { ...well, lost_in_a_row: 6 }, NOW + 2 * MINUTE);
    expect([state.health, soon.health, soon.relapses]).toEqual(['HEALTHY', 'DEGRADED', 1]);
    expect(next(state, { ...well, lost_in_a_row: 6 }, NOW + 2 * HOUR).relapses).toBe(0);
  });

  it('when it has registered anew after it was removed', () => {
    const removed = next(unmarked('a'), silentFor(10 * MINUTE), NOW);
    expect(removed.health).toBe('REMOVED');
    expect(step(removed, well, NOW + HOUR, SETTINGS)).toMatchObject({ to: 'DEGRADED', reasons: ['back'] });
  });
});

const anySigns: fc.Arbitrary<Signs> = fc
  .record({
    silent: fc.boolean(),
    lost: fc.nat({ max: 12 }),
    failure: fc.double({ min: 0, max: 1, noNaN: true }),
    slowness: fc.double({ min: 0.2, max: 20, noNaN: true }),
    evidence: fc.double({ min: 0, max: 200, noNaN: true }),
  })
  .map(({ silent, lost, failure, slowness, evidence }) => ({
    ...(silent ? silentFor(30_000, 1) : well),
    lost_in_a_row: lost,
    outcomes: outcomes({ evidence, failure: exactly(failure), slowness: exactly(slowness) }),
  }));

describe('Whatever shows of an agent', () => {
  const seconds = fc.integer({ min: 1, max: 120 });

  it('it changes its rung so rarely that nothing flaps: holds double', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seconds, anySigns), { minLength: 500, maxLength: 1500 }), (reviews) => {
        let at = NOW;
        let state = unmarked('a');
        let changes = 0;
        for (const [wait, signs] of reviews) {
          at += wait * 1000;
          const after = next(state, signs, at);
          if (after.health !== state.health) changes++;
          state = after;
        }
        // Two rises, each after a hold, and as many falls belong to a doubling; it starts over after an hour without any.
        const doublings = Math.log2(SETTINGS.max_hold_ms / SETTINGS.hold_ms) + 1;
        const hours = (at - NOW) / SETTINGS.forget_ms + 1;
        expect(changes).toBeLessThanOrEqual(4 * (doublings + hours));
      }),
      { numRuns: 60 },
    );
  });

  it('it never rises before its hold is over, nor while it is silent, and never by more than a rung', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seconds, anySigns), { maxLength: 300 }), (reviews) => {
        let at = NOW;
        let state = unmarked('a');
        for (const [wait, signs] of reviews) {
          at += wait * 1000;
          const after = next(state, signs, at);
          if (below(state.health, after.health)) {
            expect(at - state.since).toBeGreaterThanOrEqual(SETTINGS.hold_ms);
            expect(signs.silent).toBe(false);
            expect([state.health, after.health]).toBeOneOf([
              ['UNHEALTHY', 'DEGRADED'],
              ['DEGRADED', 'HEALTHY'],
              ['REMOVED', 'DEGRADED'],
            ]);
          }
          state = after;
        }
      }),
      { numRuns: 100 },
    );
  });

  /** However it got there. */
  const played = (reviews: readonly (readonly [number, Signs])[]) => {
    let [at, state] = [NOW, unmarked('a')];
    for (const [wait, signs] of reviews) {
      at += wait * 1000;
      state = next(state, signs, at);
    }
    return { at, state };
  };
  const past = fc.array(fc.tuple(seconds, anySigns), { maxLength: 200 });

  it('it is there as a last resort again after the longest hold, as long as it lives', () => {
    fc.assert(
      fc.property(past, fc.array(anySigns, { minLength: 200, maxLength: 200 }), (before, after) => {
        let { at, state } = played(before);
        let out = 0;
        for (const signs of after) {
          at += MINUTE;
          state = next(state, { ...signs, silent: false }, at);
          out = state.health === 'UNHEALTHY' ? out + 1 : 0;
          expect(out).toBeLessThanOrEqual(SETTINGS.max_hold_ms / MINUTE);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('it is matched like any other again after two of the longest holds, when nothing new is held against it', () => {
    fc.assert(
      fc.property(past, anySigns, (before, last) => {
        let { at, state } = played([...before, [1, last]]);
        const [from, seen] = [at, new Set<Rung>()];
        while (at < from + 2 * SETTINGS.max_hold_ms + 2 * MINUTE) {
          at += MINUTE;
          const evidence = (last.outcomes?.evidence ?? 0) * SETTINGS.left_after_hour ** ((at - from) / HOUR);
          state = next(state, { ...last, silent: false, outcomes: outcomes({ ...last.outcomes, evidence }) }, at);
          seen.add(state.health);
        }
        expect([...seen]).toContain('HEALTHY');
      }),
      { numRuns: 100 },
    );
  });
});
