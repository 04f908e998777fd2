/** The swarms that tails are measured in, and what is told of a run. */
import { type MakeDispatcher, play, type Worker, type World } from './world.ts';

const SPEEDS = [
  { count: 10, speed: 4 },
  { count: 40, speed: 1 },
  { count: 50, speed: 0.5 },
] as const;

export const SWARM = SPEEDS;

const works = (speed: number): Worker => ({ speed, nature: 'works' });

/** 100 agents that work. */
export const GOOD: readonly Worker[] = SPEEDS.flatMap(({ count, speed }) =>
  new Array<Worker>(count).fill(works(speed)),
);

/** Two of those at speed 1 are none: the last of them, so that the others stay who they are. */
const isBad = (index: number): boolean => index === 48 || index === 49;

/** 98 that work, one black hole, one that hangs. */
export const WITH_BAD: readonly Worker[] = GOOD.map((worker, index) =>
  isBad(index) ? { speed: worker.speed, nature: index === 48 ? 'black_hole' : 'hang' } : worker,
);

/** The same without the bad ones: what is left to compare with. */
export const WITHOUT_BAD: readonly Worker[] = GOOD.filter((_, index) => !isBad(index));

/** Work done in a service time. */
export const capacityOf = (workers: readonly Worker[]): number =>
  workers.reduce((sum, { speed, nature }) => sum + (nature === 'works' ? speed : 0), 0);

export interface Tail {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** attempts that were made by agents which never do anything */
  readonly wasted: number;
}

/** @param warmUp share of the jobs, from the first, that does not count */
export function tailOf(world: World, dispatcher: MakeDispatcher, warmUp: number): Tail {
  const { sojourns, attempts } = play(world, dispatcher);
  const counted = sojourns.slice(Math.floor(world.jobs * warmUp)).sort();
  const quantile = (p: number): number =>
    counted[Math.min(counted.length - 1, Math.floor(p * counted.length))] as number;
  const mean = counted.reduce((sum, sojourn) => sum + sojourn, 0) / counted.length;
  const wasted = attempts.reduce((sum, n, index) => sum + (world.workers[index]?.nature === 'works' ? 0 : n), 0);
  return { mean, p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999), wasted };
}
