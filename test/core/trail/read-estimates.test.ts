import { describe, expect, it } from 'vitest';
import type { Trails } from '../../../core/ports/trails.ts';
import { depositOf } from '../../../core/trail/deposit.ts';
import { NEUTRAL } from '../../../core/trail/estimate.ts';
import { createReadEstimates } from '../../../core/trail/read-estimates.ts';
import { EPOCH_MS, epochOf, type TrailRow } from '../../../core/trail/sums.ts';
import { NOW } from '../../support/plans.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const success = (agent_id: string, at: number): TrailRow =>
  depositOf({
    ...{ pool: 'pool', task_type: 'work', agent_id, outcome: 'success' },
    ...{ duration_ms: 1000, estimated_duration_ms: 1000, at },
  });

function scene() {
  const clock = virtualClock(NOW);
  const rows: TrailRow[] = [];
  const reads: number[] = [];
  let broken = false;
  const trails: Trails = {
    async read(_pool, epoch) {
      if (broken) throw new Error('out of order');
      reads.push(epoch);
      return rows.filter((row) => row.epoch === epoch);
    },
  };
  const read = createReadEstimates({ trails, clock });
  const evidence = async () => (await read('pool'))('a', 'work').evidence;
  const breaks = (is: boolean) => {
    broken = is;
  };
  return { clock, rows, reads, read, evidence, breaks };
}

describe('Estimates of a pool', () => {
  it('are the neutral prior where there is no trail', async () => {
    expect((await scene().read('pool'))('a', 'work')).toEqual(NEUTRAL);
  });

  it('are at most a second old', async () => {
    const { clock, rows, evidence } = scene();
    expect(await evidence()).toBe(0);
    rows.push(success('a', NOW));
    clock.advance(999);
    expect(await evidence()).toBe(0);
    clock.advance(1);
    expect(await evidence()).toBeCloseTo(1, 3);
  });

  it('rest on four epochs, of which those that are over are read once', async () => {
    const { clock, rows, reads, evidence } = scene();
    const today = epochOf(NOW);
    rows.push(success('a', NOW - 2 * EPOCH_MS), success('a', NOW - 5 * EPOCH_MS));
    const first = await evidence();
    expect(first).toBeCloseTo(0.9 ** 48, 5);
    expect(reads.sort()).toEqual([today - 3, today - 2, today - 1, today]);
    reads.length = 0;
    clock.advance(1000);
    expect(await evidence()).toBeLessThan(first);
    expect(reads).toEqual([today]);
  });

  it('count what was committed just after midnight for the day before', async () => {
    const { clock, rows, evidence } = scene();
    const midnight = (epochOf(NOW) + 1) * EPOCH_MS;
    clock.advance(midnight + 1000 - NOW);
    expect(await evidence()).toBe(0);
    rows.push(success('a', midnight - 1));
    clock.advance(10_000);
    expect(await evidence()).toBeCloseTo(1, 2);
  });

  it('are read once for all who ask at the same time, and again after a read that failed', async () => {
    const { reads, evidence, breaks } = scene();
    breaks(true);
    await expect(evidence()).rejects.toThrow('out of order');
    breaks(false);
    await Promise.all([evidence(), evidence(), evidence()]);
    expect(reads).toHaveLength(4);
  });
});
