import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTrailBook, type TrailBook } from '../../../core/trail/book.ts';
import { depositOf, type Ended } from '../../../core/trail/deposit.ts';
import { drawNormal } from '../../../core/trail/draw.ts';
import { type Estimate, NEUTRAL } from '../../../core/trail/estimate.ts';
import { estimatesOf } from '../../../core/trail/learn.ts';
import { failureRisk, meanDuration, quantileDuration, successRate } from '../../../core/trail/predict.ts';
import { randomOf } from '../../simulation/random.ts';
import { NOW } from '../../support/plans.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ESTIMATED = 10_000;
const PEERS = ['b', 'c', 'd', 'e', 'f'];

interface Behaviour {
  /** times the estimate */
  readonly takes?: number;
  /** standard deviation of ln(duration) */
  readonly noise?: number;
  readonly outcome?: Ended['outcome'];
  readonly task_type?: string;
}

/** A swarm whose agents end an attempt each, all at once, as often as the clock is moved on. */
function swarm(seed = 1) {
  const book = createTrailBook();
  const { next } = randomOf(seed, 'swarm');
  let now = NOW;
  const ends = (
    agent_id: string,
    { takes = 1, noise = 0.3, outcome = 'success', task_type = 'work' }: Behaviour = {},
  ) =>
    book.note({
      ...{ agent_id, task_type, outcome, at: now, estimated_duration_ms: ESTIMATED },
      duration_ms: ESTIMATED * takes * Math.exp(noise * drawNormal(next)),
    });
  return {
    ends,
    of: (agentId: string, taskType = 'work'): Estimate => book.estimates(now)(agentId, taskType),
    wait: (ms: number) => {
      now += ms;
    },
    /** all end one attempt a minute for so long */
    work(minutes: number, behaviours: Readonly<Record<string, Behaviour>>) {
      for (let minute = 0; minute < minutes; minute++) {
        now += MINUTE;
        for (const [agentId, behaviour] of Object.entries(behaviours)) ends(agentId, behaviour);
      }
    },
  };
}

const all = (agents: readonly string[], behaviour: Behaviour = {}): Record<string, Behaviour> =>
  Object.fromEntries(agents.map((agentId) => [agentId, behaviour]));

describe('What is learnt', () => {
  it('is the neutral prior where nobody has done anything', () => {
    expect(estimatesOf([], NOW)('a', 'work')).toEqual(NEUTRAL);
    const { ends, of } = swarm();
    ends('a');
    expect(of('b', 'other work')).toEqual(NEUTRAL);
  });

  it('of an agent is how long it takes and how often it fails', () => {
    const { work, of } = swarm();
    work(60, { ...all(PEERS), slow: { takes: 4 }, fast: { takes: 0.5 } });
    expect(meanDuration(of('slow'), ESTIMATED) / ESTIMATED).toBeGreaterThan(3.5);
    expect(meanDuration(of('slow'), ESTIMATED) / ESTIMATED).toBeLessThan(5);
    expect(meanDuration(of('fast'), ESTIMATED) / ESTIMATED).toBeLessThan(0.6);
    expect(of('slow').evidence).toBeGreaterThan(50);
    expect(successRate(of('slow'))).toBeGreaterThan(0.95);
  });

  it('of an agent that fails at once is not that it is fast', () => {
    const { work, of } = swarm();
    work(20, { ...all(PEERS), hole: { outcome: 'failure', takes: 0.001 } });
    expect(successRate(of('hole'))).toBeLessThan(0.3);
    expect(meanDuration(of('hole'), ESTIMATED)).toBeGreaterThan(0.8 * ESTIMATED);
  });

  it('grows surer with each attempt, and less sure as time passes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 20 }), (seed, times) => {
        const { work, wait, of } = swarm(seed);
        work(times, { a: { noise: 0 } });
        const before = of('a');
        work(1, { a: { noise: 0 } });
        const after = of('a');
        expect(after.ln_ratio.kappa).toBeGreaterThan(before.ln_ratio.kappa);
        expect(after.ln_ratio.alpha).toBeGreaterThan(before.ln_ratio.alpha);
        expect(failureRisk(after)).toBeLessThan(failureRisk(before));
        wait(24 * HOUR);
        expect(of('a').evidence).toBeLessThan(0.1 * after.evidence);
        expect(of('a').ln_ratio.kappa).toBeLessThan(after.ln_ratio.kappa);
      }),
      { numRuns: 30 },
    );
  });

  it('of an agent that nobody has seen at this kind of work is what the others do at it', () => {
    const { work, of } = swarm();
    work(30, all(PEERS, { takes: 3 }));
    const stranger = of('stranger');
    expect(stranger.evidence).toBe(0);
    expect(stranger.ln_ratio.mean).toBeGreaterThan(0.7 * Math.log(3));
    expect(stranger.ln_ratio.kappa).toBeLessThan(of('b').ln_ratio.kappa);
  });

  it('of an agent at a kind of work that is new to it is shifted by what it does at others', () => {
    const { work, ends, of } = swarm();
    for (const task_type of ['compile', 'test', 'pack']) {
      work(15, { ...all(PEERS, { task_type }), slow: { takes: 4, task_type } });
      work(15, { ...all(PEERS, { task_type }), flaky: { task_type, outcome: 'failure' } });
    }
    work(15, all(PEERS, { task_type: 'deploy' }));
    expect(meanDuration(of('slow', 'deploy'), 1)).toBeGreaterThan(1.5 * meanDuration(of('stranger', 'deploy'), 1));
    expect(failureRisk(of('flaky', 'deploy'))).toBeGreaterThan(3 * failureRisk(of('stranger', 'deploy')));
    expect(of('slow', 'deploy').evidence).toBe(0);
    // And at one that is new to all.
    expect(of('slow', 'novel').ln_ratio.mean).toBeGreaterThan(0.3);
    ends('slow', { task_type: 'deploy', takes: 1 });
    expect(of('slow', 'deploy').evidence).toBeGreaterThan(0.9);
  });

  it('of one agent is not what all the others are taken for, however much it does', () => {
    const { work, of } = swarm();
    for (let i = 0; i < 20; i++) work(10, { busy: { takes: 8 }, ...(i === 0 ? all(PEERS) : {}) });
    expect(of('stranger').ln_ratio.mean).toBeLessThan(0.25 * Math.log(8));
  });

  it('is the same however attempts are spread over epochs and rows', () => {
    const { next } = randomOf(3, 'rows');
    const ended = Array.from({ length: 200 }, (_, i): Ended => {
      const duration_ms = ESTIMATED * Math.exp(drawNormal(next));
      const outcome = next() < 0.1 ? 'failure' : 'success';
      const agent_id = PEERS[i % 5] as string;
      return {
        pool: 'p',
        task_type: 'work',
        estimated_duration_ms: ESTIMATED,
        at: NOW + i * 10 * MINUTE,
        duration_ms,
        outcome,
        agent_id,
      };
    });
    const now = NOW + 2000 * MINUTE;
    const book: TrailBook = createTrailBook();
    for (const each of ended) book.note(each);
    const [one, other] = [book.estimates(now)('b', 'work'), estimatesOf(ended.map(depositOf), now)('b', 'work')];
    expect(one.ln_ratio.mean).toBeCloseTo(other.ln_ratio.mean, 9);
    expect(one.ln_ratio.beta).toBeCloseTo(other.ln_ratio.beta, 9);
    expect(one.success.b).toBeCloseTo(other.success.b, 9);
  });

  it('stays within bounds whatever happens', () => {
    const behaviour = fc.record({
      agent: fc.constantFrom('a', 'b', 'c'),
      takes: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      outcome: fc.constantFrom<Ended['outcome']>('success', 'failure', 'warning'),
      task_type: fc.constantFrom('work', 'play', '__proto__'),
      wait: fc.nat(30 * HOUR),
    });
    fc.assert(
      fc.property(fc.array(behaviour, { maxLength: 40 }), (behaviours) => {
        const { ends, wait, of } = swarm();
        for (const { agent, wait: ms, ...rest } of behaviours) {
          ends(agent, { ...rest, noise: 0 });
          wait(ms);
        }
        for (const agent of ['a', 'b', 'c', 'd'])
          for (const kind of ['work', 'play', '__proto__']) {
            const { ln_ratio, success, evidence } = of(agent, kind);
            expect(Math.abs(ln_ratio.mean)).toBeLessThanOrEqual(24);
            for (const positive of [ln_ratio.kappa, ln_ratio.beta, ln_ratio.alpha - 1, success.a, success.b])
              expect(positive > 0 && Number.isFinite(positive)).toBe(true);
            expect(evidence >= 0 && evidence <= behaviours.length + 0.01).toBe(true);
            const p90 = quantileDuration(of(agent, kind), ESTIMATED, 0.9);
            expect(p90 > 0 && Number.isFinite(p90)).toBe(true);
          }
      }),
      { numRuns: 100 },
    );
  });
});

describe('A change of behaviour', () => {
  const settled = (seed: number, noise = 0.3) => {
    const hive = swarm(seed);
    hive.work(240, all(['a', ...PEERS], { noise }));
    return hive;
  };

  it.each([1, 2, 3, 4, 5])('to ten times slower is believed within 6 attempts (seed %d)', (seed) => {
    const { work, of } = settled(seed);
    work(6, { ...all(PEERS), a: { takes: 10 } });
    expect(meanDuration(of('a'), 1)).toBeGreaterThan(5 * meanDuration(of('b'), 1));
  });

  it.each([1, 2, 3])('to ten times slower is believed within 40 attempts of exponential lengths (seed %d)', (seed) => {
    const { work, of } = settled(seed, 1.28);
    work(40, { ...all(PEERS, { noise: 1.28 }), a: { takes: 10, noise: 1.28 } });
    expect(meanDuration(of('a'), 1)).toBeGreaterThan(3 * meanDuration(of('b'), 1));
  });

  it.each([1, 2, 3])(
    'back is believed within 4 attempts of an agent that is tried every ten minutes (seed %d)',
    (seed) => {
      const { work, of } = settled(seed);
      work(10, { ...all(PEERS), a: { takes: 10 } });
      for (let tries = 0; tries < 4; tries++) {
        work(9, all(PEERS));
        work(1, all(['a', ...PEERS]));
      }
      expect(meanDuration(of('a'), 1)).toBeLessThan(2 * meanDuration(of('b'), 1));
    },
  );

  it('to failing is believed within 10 attempts, and forgiven in time', () => {
    const { work, wait, of } = settled(1);
    work(10, { a: { outcome: 'failure' } });
    expect(successRate(of('a'))).toBeLessThan(0.5);
    const fallen = successRate(of('a'));
    wait(6 * HOUR);
    expect(successRate(of('a'))).toBeGreaterThan(fallen + 0.1);
  });

  it('is not seen in a single attempt that takes long', () => {
    const { ends, wait, of } = settled(1);
    const before = meanDuration(of('a'), 1);
    wait(MINUTE);
    ends('a', { takes: 30, noise: 0 });
    expect(meanDuration(of('a'), 1)).toBeLessThan(1.3 * before);
  });

  it('is not seen where there is none: one look in a thousand at most', () => {
    const { work, of } = swarm(11);
    work(60, all(PEERS));
    let looks = 0;
    let alarms = 0;
    for (let minute = 0; minute < 400; minute++) {
      work(1, all(PEERS));
      for (const agent of PEERS) {
        looks++;
        if (Math.abs(of(agent).ln_ratio.mean) > 0.4) alarms++;
      }
    }
    expect(alarms / looks).toBeLessThan(0.001);
  });
});
