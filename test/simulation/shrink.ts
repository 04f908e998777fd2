/** A failing run made small: as long as it breaks the same rule, tasks, agents and faults are left out, greedily. */
import { scenarioOf, workKey } from './scenario.ts';
import { type Leaving, type Run, simulate } from './simulate.ts';

export interface Shrunk {
  readonly leaving: Leaving;
  readonly run: Run;
}

const MAX_RUNS = 500;

/** @returns undefined when the seed does not fail */
export async function shrink(seed: number, from: Leaving = {}, keep = 0): Promise<Shrunk | undefined> {
  const first = await simulate(seed, from);
  if (first.broken === undefined) return undefined;
  const { rule } = first.broken;
  let runs = 0;
  let best: Shrunk = { leaving: from, run: first };

  async function tryWithout(leaving: Leaving): Promise<boolean> {
    if (runs++ >= MAX_RUNS) return false;
    const run = await simulate(seed, leaving);
    if (run.broken?.rule !== rule) return false;
    best = { leaving, run };
    return true;
  }

  /** Leaves out as many of them as it can: all, halves, quarters … one by one. */
  async function leaveOut<T>(items: readonly T[], without: (left: readonly T[]) => Leaving): Promise<void> {
    let left: readonly T[] = [];
    let rest = items;
    for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < rest.length; ) {
        const part = rest.slice(at, at + size);
        if (await tryWithout(without([...left, ...part]))) {
          left = [...left, ...part];
          rest = rest.filter((item) => !part.includes(item));
        } else at += size;
      }
    }
  }

  const with_ = <K extends keyof Leaving>(key: K, items: readonly unknown[]): Leaving => ({
    ...best.leaving,
    [key]: new Set([...((from[key] as ReadonlySet<unknown> | undefined) ?? []), ...items]),
  });

  const { plans, agents } = scenarioOf(seed, from);
  const tasks = plans.flatMap(({ plan_id, tasks }) => tasks.map(({ task_id }) => workKey(plan_id, task_id))).reverse();
  await leaveOut(
    best.run.faults.map(({ number }) => number),
    (left) => with_('faults', left),
  );
  await leaveOut(tasks, (left) => with_('tasks', left));
  await leaveOut(
    agents.map(({ agent_id }) => agent_id),
    (left) => with_('agents', left),
  );
  // With less around them, others may be left out as well.
  const still = best.run.faults.map(({ number }) => number);
  const before = best.leaving.faults ?? new Set<number>();
  await leaveOut(still, (left) => with_('faults', [...before, ...left]));
  return { leaving: best.leaving, run: await simulate(seed, best.leaving, keep) };
}
