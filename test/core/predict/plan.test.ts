import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictRest } from '../../../core/predict/plan.ts';
import type { AgentGroup, Rest, RestTask } from '../../../core/predict/rest.ts';
import { createSampler } from '../../../core/predict/sample-rest.ts';
import { createRandom } from '../../../core/simulate/random.ts';
import type { Estimate } from '../../../core/trail/estimate.ts';

/** All but certain: so many times the estimate, and it succeeds. */
const sure = (ratio = 1, success = 1): Estimate => ({
  ln_ratio: { mean: Math.log(ratio), kappa: 1e9, alpha: 1e9, beta: 1 },
  success: { a: 1e9 * success + 1e-3, b: 1e9 * (1 - success) + 1e-3 },
  evidence: 1e9,
});
const MINUTE = 60_000;
const task = (task_id: string, dependencies: number[] = [], changes: Partial<RestTask> = {}): RestTask => ({
  ...{ task_id, estimated_ms: MINUTE, timeout_ms: 10 * MINUTE, kind: 0, pool: 0, retries_left: 1, backoff_ms: 1000 },
  ...{ failures: 0, dependencies, rank: 0, not_before_ms: 0 },
  ...changes,
});
const group = (free: number, estimate = sure(), pools = [0]): AgentGroup => ({ free, pools, estimates: [estimate] });
const rest = (tasks: RestTask[], ...groups: AgentGroup[]): Rest => ({
  ...{ tasks, groups, kinds: 1, handover_ms: 0 },
  pools: 1 + Math.max(0, ...tasks.map(({ pool }) => pool)),
});
const minutesOf = (of: Rest) => predictRest(of, 1e9, 'seed').p50_ms / MINUTE;

describe('what remains of a plan', () => {
  const diamond = [task('a'), task('b', [0]), task('c', [0]), task('d', [1, 2])];

  it('takes its longest way where agents are plenty, and all of it where there is one', () => {
    expect(minutesOf(rest(diamond, group(4)))).toBeCloseTo(3, 2);
    expect(minutesOf(rest(diamond, group(1)))).toBeCloseTo(4, 2);
  });

  it('is done at once where nothing remains', () => {
    expect(predictRest(rest([], group(1)), 0, 'seed')).toMatchObject({ p50_ms: 0, p90_ms: 0 });
    expect(predictRest(rest([], group(1)), 0, 'seed').probability).toBeGreaterThan(0.99);
  });

  it('goes to the agent that is expected to be done first, and to the next when that is busy', () => {
    const two = [task('a'), task('b')];
    expect(minutesOf(rest([task('a')], group(1, sure(3)), group(1, sure(0.5))))).toBeCloseTo(0.5, 2);
    expect(minutesOf(rest(two, group(1, sure(3)), group(1, sure(0.5))))).toBeCloseTo(3, 2);
  });

  it('serves first what the longest way hangs on', () => {
    const tasks = [task('short', [], { rank: 1 }), task('long', [], { rank: 5 }), task('after', [1], { rank: 4 })];
    expect(minutesOf(rest(tasks, group(1)))).toBeCloseTo(3, 2);
    const two = [...tasks, task('last', [2], { rank: 3 })];
    expect(minutesOf(rest(two, group(1), group(1)))).toBeCloseTo(3, 2);
  });

  it('is never done where nobody is there who could run it, and says which task that is', () => {
    const told = predictRest(rest([task('a'), task('b', [], { pool: 1 })], group(4)), 1e9, 'seed');
    expect(told.probability).toBeLessThan(0.01);
    expect(told.p50_ms).toBe(Number.POSITIVE_INFINITY);
    expect(told.slowest).toEqual(['b']);
  });

  it('counts what has run of a task, and the wait of one that backs off', () => {
    const running = task('a', [], { running: { estimate: sure(), group: 0, elapsed_ms: MINUTE / 2 } });
    expect(minutesOf(rest([running], group(0)))).toBeCloseTo(0.5, 2);
    const next = task('b', [0]);
    expect(minutesOf(rest([running, next], group(0)))).toBeCloseTo(1.5, 2);
    const later = task('a', [], { not_before_ms: 2 * MINUTE });
    expect(minutesOf(rest([later], group(1)))).toBeCloseTo(3, 2);
    // A task that follows on one that backs off begins once, when it may.
    expect(minutesOf(rest([later, next], group(2)))).toBeCloseTo(4, 2);
  });

  it('names the tasks that its end hangs on', () => {
    const tasks = [task('a'), task('b', [], { estimated_ms: 5 * MINUTE }), task('c', [0, 1])];
    expect(predictRest(rest(tasks, group(3)), 1e9, 'seed').slowest).toEqual(['b', 'c']);
  });

  it('is completed as often as each task is, at last', () => {
    const tasks = Array.from({ length: 10 }, (_, at) => task(`t${at}`, [], { retries_left: 1 }));
    const { probability } = predictRest(rest(tasks, group(10, sure(1, 0.9))), 1e9, 'seed');
    expect(Math.abs(probability - (1 - 0.1 ** 2) ** 10)).toBeLessThan(0.05);
  });

  it('is in time as often as the uncertainty of the agent says, which all its tasks share', () => {
    // ln ratio's mean is known to ±0.5, each task's own spread is next to nothing: half of the cases are late together.
    const vague: Estimate = { ...sure(), ln_ratio: { mean: 0, kappa: 1e-4, alpha: 1e6, beta: 25 } };
    const tasks = Array.from({ length: 40 }, (_, at) => task(`t${at}`, at === 0 ? [] : [at - 1]));
    const { probability } = predictRest(rest(tasks, group(1, vague)), 40 * MINUTE, 'seed');
    expect(Math.abs(probability - 0.5)).toBeLessThan(0.08);
  });

  it('gets the same answer for the same seed, within its bounds, for any graph; with less time, no better odds', () => {
    const graphs = fc.array(
      fc.record({
        before: fc.array(fc.nat(), { maxLength: 3 }),
        minutes: fc.integer({ min: 1, max: 9 }),
        success: fc.boolean(),
        wait: fc.constantFrom(0, 0, 0, MINUTE),
      }),
      { minLength: 1, maxLength: 25 },
    );
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), fc.integer(), (graph, slots, seed) => {
        const tasks = graph.map(({ before, minutes, wait }, at) =>
          task(`t${at}`, at === 0 ? [] : [...new Set(before.map((one) => one % at))], {
            estimated_ms: minutes * MINUTE,
            not_before_ms: wait,
          }),
        );
        const of = rest(tasks, group(slots));
        const work = graph.reduce((sum, { minutes }) => sum + minutes * MINUTE, 0);
        const ways: number[] = [];
        for (const { dependencies, estimated_ms } of tasks)
          ways.push(estimated_ms + Math.max(0, ...dependencies.map((one) => ways[one] ?? 0)));
        const { end_ms, hung_on } = createSampler(of, createRandom(seed))();
        expect(end_ms).toBeGreaterThan(0.999 * Math.max(...ways, work / slots));
        expect(end_ms).toBeLessThan(1.001 * (work + MINUTE));
        expect(hung_on.length).toBeGreaterThan(0);
        const [early, late] = [end_ms / 2, end_ms * 2].map((deadline) => predictRest(of, deadline, `${seed}`));
        expect(early?.probability).toBeLessThanOrEqual(late?.probability ?? 0);
        expect(predictRest(of, end_ms, `${seed}`)).toEqual(predictRest(of, end_ms, `${seed}`));
      }),
      { numRuns: 40 },
    );
  });
});
