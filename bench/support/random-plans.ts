/** Seeded random plans. */
import type { CompilerTask } from '../../core/plan/compile/index.ts';
import { createRandom } from '../../core/simulate/random.ts';

export interface TimedPlan {
  name: string;
  tasks: CompilerTask[];
  /** milliseconds by task id */
  durations: Map<string, number>;
}

/** uniform in [0, 1), the same for the same seed everywhere */
export const seeded = createRandom;

/** Log-normal run times, median 1 s, as recorded task times tend to be. */
function durationsOf(tasks: readonly CompilerTask[], random: () => number): Map<string, number> {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return new Map(tasks.map((task) => [task.task_id, 1000 * Math.exp(normal())]));
}

function plan(
  name: string,
  count: number,
  seed: number,
  parents: (i: number, random: () => number) => number[],
): TimedPlan {
  const random = seeded(seed);
  const tasks = Array.from({ length: count }, (_, i) => ({
    task_id: `task-${i}`,
    dependencies: [...new Set(i > 0 ? parents(i, random) : [])].map((p) => `task-${p}`),
    required_capabilities: ['replay'],
  }));
  return { name, tasks, durations: durationsOf(tasks, random) };
}

const times = (average: number, random: () => number): number[] =>
  Array.from({ length: Math.floor(2 * average * random() + 0.5) });

/** Each task depends on about `average` earlier ones, from anywhere. */
export const anywhere = (count: number, average: number, seed: number): TimedPlan =>
  plan(`${count} random, ${average} dependencies a task`, count, seed, (i, random) =>
    times(average, random).map(() => Math.floor(random() * i)),
  );

/** Each task depends on about `average` of the 20 before it. */
export const nearby = (count: number, average: number, seed: number): TimedPlan =>
  plan(`${count} random, ${average} of the last 20`, count, seed, (i, random) =>
    times(average, random).map(() => Math.max(0, i - 1 - Math.floor(random() * 20))),
  );

/** Layers of `width`, each task depending on `average` of the layer before. */
export const layered = (count: number, width: number, average: number, seed: number): TimedPlan =>
  plan(`${count} in layers of ${width}, ${average} dependencies`, count, seed, (i, random) => {
    const layer = Math.floor(i / width);
    return layer === 0 ? [] : Array.from({ length: average }, () => (layer - 1) * width + Math.floor(random() * width));
  });
