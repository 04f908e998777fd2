/** A thread that runs every so-manieth seed of a range, and tells how far it is. */
import { parentPort, workerData } from 'node:worker_threads';
import { hash32 } from './random.ts';
import { shrink } from './shrink.ts';
import { type Leaving, type Run, simulate } from './simulate.ts';

export interface WorkerOrder {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** with this seed only: what to leave out, and how many events to tell in words */
  readonly replay?: { readonly leaving: Leaving; readonly keep: number };
  /** try to make it small when it fails */
  readonly shrinks: boolean;
}

export interface WorkerNews {
  readonly seeds: number;
  readonly steps: number;
  readonly faults: number;
  /** of all runs told of, in no order */
  readonly digest: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenRun[];
}

export interface BrokenRun {
  readonly run: Run;
  readonly small?: { readonly leaving: Leaving; readonly run: Run };
}

const TOLD_EVERY = 25;
const KEEP = 60;

/** Errors are part of the game here, and their stacks cost more than the rest of it. */
Error.stackTraceLimit = 0;

async function work({ from, to, step, replay, shrinks }: WorkerOrder): Promise<void> {
  let news = nothing();
  for (let seed = from; seed < to; seed += step) {
    const run = await simulate(seed, replay?.leaving, replay?.keep);
    news.seeds++;
    news.steps += run.steps;
    news.faults += run.faults.length;
    news.digest = (news.digest + hash32(`${seed} ${run.digest}`)) >>> 0;
    for (const end of run.ends) news.ends[end] = (news.ends[end] ?? 0) + 1;
    if (run.broken !== undefined) {
      const small = shrinks ? await shrink(seed, replay?.leaving, KEEP) : undefined;
      news.broken.push({ run, ...(small && { small }) });
    }
    if (news.seeds < TOLD_EVERY && run.broken === undefined) continue;
    parentPort?.postMessage(news satisfies WorkerNews);
    news = nothing();
  }
  parentPort?.postMessage(news satisfies WorkerNews);
}

const nothing = () => ({
  seeds: 0,
  steps: 0,
  faults: 0,
  digest: 0,
  ends: {} as Record<string, number>,
  broken: [] as BrokenRun[],
});

if (parentPort !== null) await work(workerData as WorkerOrder);
