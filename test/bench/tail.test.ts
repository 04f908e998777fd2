import { describe, expect, it } from 'vitest';
import { boundOf } from '../../bench/tail/bound.ts';
import { ours } from '../../bench/tail/ours.ts';
import { PEERS } from '../../bench/tail/peers.ts';
import { tailOf } from '../../bench/tail/scenes.ts';
import { type MakeDispatcher, play, type Worker, type World } from '../../bench/tail/world.ts';

const works = (speed: number): Worker => ({ speed, nature: 'works' });

const worldOf = (workers: readonly Worker[], changes: Partial<World> = {}): World => ({
  ...{ workers, rate: 0.5, jobs: 20_000, seed: 1, service_ms: 1_000, signal_ms: 500, lease_ms: 15_000 },
  ...changes,
});

const always =
  (agent: number): MakeDispatcher =>
  () => ({ choose: ({ avoid }) => (avoid.includes(agent) ? agent + 1 : agent), heard: () => {} });

describe('the world that tails are measured in', () => {
  it('is an M/M/1 queue where there is one agent', () => {
    const { mean, p50, p99 } = tailOf(worldOf([works(1)], { jobs: 200_000 }), always(0), 0.05);
    // Exponential of mean 1 / (1 − load).
    expect(mean).toBeCloseTo(2, 1);
    expect(p50).toBeCloseTo(2 * Math.LN2, 1);
    expect(p99 / (2 * Math.log(100))).toBeCloseTo(1, 1);
  });

  it('brings every dispatcher the same jobs at the same times', () => {
    const workers = [works(1), works(1)];
    const [one, other] = [0, 1].map((agent) => play(worldOf(workers), always(agent)).sojourns);
    expect(one).toEqual(other);
  });

  it('has a job done elsewhere after a black hole failed it, when that is heard of', () => {
    const workers: Worker[] = [{ speed: 1, nature: 'black_hole' }, works(1e6)];
    const { sojourns, attempts } = play(worldOf(workers, { jobs: 100, rate: 0.01 }), always(0));
    expect(attempts).toEqual([100, 100]);
    expect(Math.min(...sojourns)).toBeGreaterThan(0.5);
    expect(Math.max(...sojourns)).toBeLessThan(0.6);
  });

  it('has a job done elsewhere after one that hangs has lost its lease', () => {
    const workers: Worker[] = [{ speed: 1, nature: 'hang' }, works(1e6)];
    const { sojourns } = play(worldOf(workers, { jobs: 100 }), always(0));
    expect(Math.min(...sojourns)).toBeGreaterThan(15);
    expect(Math.max(...sojourns)).toBeLessThan(15.1);
  });

  it('lets an agent be slow for a spell', () => {
    const spell = { agent: 0, speed: 0.1, from: 0, until: Number.POSITIVE_INFINITY };
    const options = { jobs: 1_000, rate: 1e-4 };
    const usual = play(worldOf([works(1)], options), always(0)).sojourns;
    const slow = play(worldOf([works(1)], { ...options, spell }), always(0)).sojourns;
    slow.forEach((sojourn, job) => {
      expect(sojourn).toBeCloseTo(10 * (usual[job] as number), 6);
    });
  });
});

describe('the lower bound of tails', () => {
  it('is the time of the work itself where nobody ever waits', () => {
    expect(boundOf([{ count: 10, speed: 1 }], 5, 1e-6, 0.99)).toBeCloseTo(Math.log(100), 1);
  });

  it('grows with the age of signals', () => {
    const bounds = [0.01, 0.1, 0.5, 1].map((signal) => boundOf([{ count: 10, speed: 1 }], 9, signal, 0.99));
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(bounds[3]).toBeGreaterThan((bounds[0] as number) + 1);
  });

  it('is below what dispatchers reach that hear of ends as late', () => {
    const workers = [...new Array(3).fill(works(4)), ...new Array(5).fill(works(1))];
    const agents = [
      { count: 3, speed: 4 },
      { count: 5, speed: 1 },
    ];
    const bound = boundOf(agents, 12, 0.5, 0.99);
    for (const make of [PEERS['shortest expected delay, speeds known, as heard'], ours])
      expect(tailOf(worldOf(workers, { rate: 12, jobs: 10_000 }), make, 0.2).p99).toBeGreaterThan(bound);
  });
});

describe('the swarm as a dispatcher', () => {
  it('beats balancers that know no speeds, and leaves black holes and agents that hang alone', () => {
    const bad: Worker[] = [
      { speed: 1, nature: 'black_hole' },
      { speed: 1, nature: 'hang' },
    ];
    const workers = [
      ...new Array(2).fill(works(4)),
      ...new Array(8).fill(works(1)),
      ...new Array(8).fill(works(0.5)),
      ...bad,
    ];
    const world = worldOf(workers, { rate: 14, jobs: 8_000 });
    const swarm = tailOf(world, ours, 0.3);
    expect(swarm.wasted).toBeLessThan(0.005 * world.jobs);
    expect(swarm.p99).toBeLessThan(tailOf(world, PEERS['shortest queue, as heard'], 0.3).p99);
    expect(swarm.p99).toBeLessThan(tailOf(world, PEERS['pheromone roulette'], 0.3).p99);
  });
});
