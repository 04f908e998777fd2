/**
 * One sample of what remains: a list schedule (Graham, "Bounds on Multiprocessing Timing Anomalies", 1969) in order of the
 * upward rank, each task to the free agent that is expected to be done with it first, durations and failures drawn.
 * O(n log n) for n tasks and a bounded number of groups; nothing is allocated for a task.
 */
import { backoffMs, RETRY_SETTINGS } from '../ticket/retry.ts';
import { drawAttempt, drawn } from './attempt.ts';
import { type Behaviour, drawBehaviour, expectedRatio } from './behaviour.ts';
import { createNumbersHeap } from './numbers-heap.ts';
import type { Rest, Sample } from './rest.ts';

const NOBODY = -1;

/** @returns draws one sample at each call */
export function createSampler(rest: Rest, random: () => number): () => Sample {
  const { tasks, groups, pools, kinds, handover_ms } = rest;
  const count = tasks.length;
  const waitsFor = Int32Array.from(tasks, ({ dependencies }) => dependencies.length);
  const releases = releasesOf(rest);
  const choices = choicesOf(rest);
  const byRank = [...tasks.keys()].sort((a, b) => rankOf(rest, b) - rankOf(rest, a));

  const events = createNumbersHeap();
  const queues = Array.from({ length: pools }, createNumbersHeap);
  const free = new Int32Array(groups.length);
  const unmet = new Int32Array(count);
  const failed = new Int32Array(count);
  const holder = new Int32Array(count);
  const succeeds = new Uint8Array(count);
  const cause = new Int32Array(count);
  const ends = new Float64Array(count);
  const inBackoff = new Uint8Array(count);
  let behaviours: (Behaviour | undefined)[] = [];
  let broken = NOBODY;

  function begin(task: number, group: number, now: number): void {
    const of = tasks[task] as (typeof tasks)[number];
    const key = group * kinds + of.kind;
    behaviours[key] ??= drawBehaviour(groups[group]?.estimates[of.kind] as never, random);
    free[group] = (free[group] as number) - 1;
    holder[task] = group;
    succeeds[task] = drawAttempt(of, behaviours[key] as Behaviour, random) ? 1 : 0;
    events.push(now + handover_ms + drawn.ms, task);
  }

  function enter(task: number, now: number): void {
    const { pool, kind, rank } = tasks[task] as (typeof tasks)[number];
    const group = choices[pool * kinds + kind]?.find((one) => (free[one] as number) > 0);
    if (group === undefined) queues[pool]?.push(-rank, task);
    else begin(task, group, now);
  }

  /** A slot is free: the first of those that wait for one like it takes it. */
  function serve(group: number, now: number): void {
    while ((free[group] as number) > 0) {
      let best: number | undefined;
      for (const pool of groups[group]?.pools ?? []) {
        const queue = queues[pool];
        if (queue === undefined || queue.size() === 0) continue;
        if (best === undefined || queue.firstKey() < (queues[best]?.firstKey() ?? 0)) best = pool;
      }
      if (best === undefined) return;
      begin(queues[best]?.pop() as number, group, now);
    }
  }

  function reset(): void {
    events.clear();
    for (const queue of queues) queue.clear();
    unmet.set(waitsFor);
    failed.fill(0);
    holder.fill(NOBODY);
    cause.fill(NOBODY);
    ends.fill(Number.POSITIVE_INFINITY);
    inBackoff.fill(0);
    for (const [group, { free: slots }] of groups.entries()) free[group] = slots;
    behaviours = [];
    broken = NOBODY;
    const holders = new Map<unknown, Behaviour>();
    for (const [task, { running, not_before_ms }] of tasks.entries())
      if (running !== undefined) {
        const { estimate, elapsed_ms, group = NOBODY } = running;
        const behaviour = holders.get(estimate) ?? drawBehaviour(estimate, random);
        holders.set(estimate, behaviour);
        holder[task] = group;
        succeeds[task] = drawAttempt(tasks[task] as never, behaviour, random, elapsed_ms) ? 1 : 0;
        events.push(Math.max(0, drawn.ms - elapsed_ms), task);
      } else if (not_before_ms > 0) {
        inBackoff[task] = 1;
        events.push(not_before_ms, task);
      }
  }

  /** @returns false when it has failed for good */
  function end(task: number, now: number): boolean {
    if (succeeds[task] === 1) {
      ends[task] = now;
      for (const next of releases[task] ?? []) {
        unmet[next] = (unmet[next] as number) - 1;
        if (unmet[next] !== 0) continue;
        cause[next] = task;
        // What waits for its backoff, or runs although it should not, is under way already.
        if (holder[next] === NOBODY && inBackoff[next] === 0) enter(next, now);
      }
      return true;
    }
    const { retries_left, backoff_ms, failures } = tasks[task] as (typeof tasks)[number];
    const failures_now = failed[task] as number;
    if (failures_now >= retries_left) return false;
    failed[task] = failures_now + 1;
    inBackoff[task] = 1;
    events.push(now + backoffMs(backoff_ms, failures + failures_now, RETRY_SETTINGS.cap_ms, random()), task);
    return true;
  }

  function chainFrom(last: number): number[] {
    const chain: number[] = [];
    for (let task = last; task !== NOBODY; task = cause[task] as number) chain.push(task);
    return chain;
  }

  return function sample(): Sample {
    reset();
    for (const task of byRank) {
      const { running, not_before_ms } = tasks[task] as (typeof tasks)[number];
      if (running === undefined && not_before_ms <= 0 && unmet[task] === 0) enter(task, 0);
    }
    let done = 0;
    let last = NOBODY;
    let now = 0;
    while (events.size() > 0) {
      now = events.firstKey();
      const task = events.pop();
      if (inBackoff[task] === 1) {
        inBackoff[task] = 0;
        holder[task] = NOBODY;
        // What it waits for was reopened meanwhile: its end enters it.
        if (unmet[task] === 0) enter(task, now);
        continue;
      }
      const group = holder[task] as number;
      if (!end(task, now)) {
        broken = task;
        break;
      }
      if (succeeds[task] === 1) {
        done += 1;
        last = task;
      }
      if (group !== NOBODY) {
        free[group] = (free[group] as number) + 1;
        serve(group, now);
      }
    }
    if (done === count) return { end_ms: count === 0 ? 0 : now, hung_on: chainFrom(last) };
    // Failed for good, or nobody is there who could run it.
    if (broken === NOBODY) broken = tasks.findIndex((_, task) => unmet[task] === 0 && ends[task] === Infinity);
    return { end_ms: Number.POSITIVE_INFINITY, hung_on: broken === NOBODY ? [] : [broken] };
  };
}

const rankOf = ({ tasks }: Rest, task: number): number => tasks[task]?.rank ?? 0;

/** Of each task, those that wait for it, the highest rank first. */
function releasesOf(rest: Rest): number[][] {
  const { tasks } = rest;
  const releases: number[][] = tasks.map(() => []);
  for (const [task, { dependencies }] of tasks.entries())
    for (const before of dependencies) releases[before]?.push(task);
  for (const list of releases) list.sort((a, b) => rankOf(rest, b) - rankOf(rest, a));
  return releases;
}

/** By pool and kind: the groups that may run it, the one that is expected to be done first at the head. */
function choicesOf({ groups, pools, kinds }: Rest): number[][] {
  const choices: number[][] = Array.from({ length: pools * kinds }, () => []);
  for (const [group, { pools: served }] of groups.entries())
    for (const pool of served) for (let kind = 0; kind < kinds; kind++) choices[pool * kinds + kind]?.push(group);
  return choices.map((list, at) => {
    const cost = (group: number) => expectedRatio(groups[group]?.estimates[at % kinds] as never);
    return list.sort((a, b) => cost(a) - cost(b));
  });
}
