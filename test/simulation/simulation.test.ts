/** The whole orchestrator under seeded faults. A seed that fails is told with the command that plays it again. */
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { apply } from './mutants/apply.ts';
import { MUTANTS } from './mutants/mutants.ts';
import { runSeeds } from './run-seeds.ts';
import { simulate } from './simulate.ts';
import { told } from './told.ts';

const SEEDS = 10_000;
const MINUTES = 60_000;

describe('the orchestrator, whatever goes wrong', () => {
  it(
    `keeps every rule and ends every plan, over ${SEEDS} seeds`,
    async () => {
      const { seeds, faults, ends, broken } = await runSeeds({ count: SEEDS, shrinks: true });
      expect(broken.map(told)).toEqual([]);
      expect(seeds).toBe(SEEDS);
      // It is no proof when nothing went wrong, or all plans ended in the same way.
      expect(faults).toBeGreaterThan(10 * SEEDS);
      expect(Object.keys(ends).sort()).toEqual(['cancelled', 'compensated', 'completed', 'failed', 'rejected']);
    },
    10 * MINUTES,
  );

  it(
    'plays a seed again bit for bit, however the seeds are split between threads',
    async () => {
      const [one, many] = await Promise.all([
        runSeeds({ count: 150, workers: 1 }),
        runSeeds({ count: 150, workers: Math.max(3, availableParallelism()) }),
      ]);
      expect(many).toEqual(one);
      const runs = [await simulate(7), await simulate(7)];
      expect(runs[0]).toEqual(runs[1]);
      expect((await simulate(8)).digest).not.toBe(runs[0]?.digest);
    },
    2 * MINUTES,
  );

  it(
    'makes a failing seed small: the same rule breaks with fewer faults and fewer steps',
    async () => {
      const mutant = MUTANTS.find(({ name }) => name === 'AT_MOST_ONCE is retried');
      if (mutant === undefined) throw new Error('there is no such mutant');
      const { broken } = await runSeeds({
        count: 2000,
        stopAtFirst: true,
        shrinks: true,
        change: { file: `core/${mutant.file}`, change: (text) => apply(mutant, text) },
      });
      const { run, small } = broken[0] ?? {};
      expect(small?.run.broken?.rule).toBe('AT_MOST_ONCE is begun once');
      expect(small?.run.faults.length).toBeLessThan(run?.faults.length ?? 0);
      // A short run may have no step to spare.
      expect(small?.run.steps).toBeLessThanOrEqual(run?.steps ?? 0);
    },
    2 * MINUTES,
  );
});
