/** Many seeds, split between threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { bundleWorker, type Change } from './bundle.ts';
import type { BrokenRun, WorkerNews, WorkerOrder } from './worker.ts';

export interface SeedsOptions {
  readonly from?: number;
  readonly count: number;
  readonly workers?: number;
  /** ends all threads at the first failure */
  readonly stopAtFirst?: boolean;
  readonly shrinks?: boolean;
  readonly replay?: WorkerOrder['replay'];
  readonly change?: Change;
  readonly onNews?: (sum: SeedsRun) => void;
}

export interface SeedsRun {
  seeds: number;
  steps: number;
  faults: number;
  /** the same seeds give the same number, however they are split */
  digest: number;
  ends: Record<string, number>;
  broken: BrokenRun[];
}

export async function runSeeds(options: SeedsOptions): Promise<SeedsRun> {
  const { from = 1, count, workers = availableParallelism(), stopAtFirst = false, shrinks = false } = options;
  const sum: SeedsRun = { seeds: 0, steps: 0, faults: 0, digest: 0, ends: {}, broken: [] };
  const { file, remove } = await bundleWorker(options.change);
  try {
    const threads = Array.from({ length: Math.min(workers, count) }, (_, index) => {
      const order: WorkerOrder = {
        from: from + index,
        to: from + count,
        step: Math.min(workers, count),
        shrinks,
        ...(options.replay && { replay: options.replay }),
      };
      return new Worker(file, { workerData: order });
    });
    const done = threads.map(
      (thread) =>
        new Promise<void>((resolve, reject) => {
          thread.on('message', (news: WorkerNews) => {
            add(sum, news);
            options.onNews?.(sum);
            if (stopAtFirst && sum.broken.length > 0) for (const other of threads) void other.terminate();
          });
          thread.on('error', reject);
          thread.on('exit', () => resolve());
        }),
    );
    await Promise.all(done);
    return sum;
  } finally {
    await remove();
  }
}

function add(sum: SeedsRun, news: WorkerNews): void {
  sum.seeds += news.seeds;
  sum.steps += news.steps;
  sum.faults += news.faults;
  sum.digest = (sum.digest + news.digest) >>> 0;
  for (const [end, times] of Object.entries(news.ends)) sum.ends[end] = (sum.ends[end] ?? 0) + times;
  sum.broken.push(...news.broken);
}
