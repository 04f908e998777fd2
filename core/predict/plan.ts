/**
 * When a plan ends, and whether that is in time, by Monte Carlo over what remains of it.
 *
 * Convolving the tasks' distributions along the graph would be cheaper, and wrong twice: the maximum over branches that
 * share predecessors is not one of independent variables (computing it exactly is #P-complete: Hagstrom, "Computational
 * complexity of PERT problems", 1988), and tasks wait for slots, retries and backoffs, which no convolution knows. Samples
 * have all of that, and an error that is known: at 400 of them at most 2.5 points of a probability (one standard error).
 */

import type { Rest } from './rest.ts';
import { createSampler } from './sample-rest.ts';
import { seededRandom } from './seeded.ts';
import { quantile } from './ticket.ts';

export interface RestOutlook {
  /** 0–1, never quite either: that it is completed in time */
  readonly probability: number;
  /** ms from now until it is completed; Infinity where it is not in so many of the cases */
  readonly p50_ms: number;
  readonly p90_ms: number;
  /** tasks that the end hangs on in most cases, the most often first */
  readonly slowest: readonly string[];
  readonly samples: number;
}

/** Samples of a small plan, and tasks drawn in all: what bounds the time for a large one. */
const MAX_SAMPLES = 400;
const MIN_SAMPLES = 20;
const MAX_DRAWN = 120_000;
const SLOWEST_TOLD = 3;

/**
 * @param deadlineMs ms from now
 * @param seed the same seed, the same answer
 */
export function predictRest(rest: Rest, deadlineMs: number, seed: string): RestOutlook {
  const { tasks } = rest;
  const samples = Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, Math.floor(MAX_DRAWN / Math.max(1, tasks.length))));
  const sample = createSampler(rest, seededRandom(seed));
  const hung = new Float64Array(tasks.length);
  const ends: number[] = [];
  let inTime = 0;
  for (let at = 0; at < samples; at++) {
    const { end_ms, hung_on } = sample();
    ends.push(end_ms);
    if (end_ms <= deadlineMs) inTime += 1;
    for (const task of hung_on) hung[task] = (hung[task] as number) + (tasks[task]?.estimated_ms ?? 0);
  }
  ends.sort((a, b) => a - b);
  const slowest = [...tasks.keys()].filter((task) => (hung[task] as number) > 0);
  slowest.sort((a, b) => (hung[b] as number) - (hung[a] as number) || a - b);
  return {
    // Krichevsky & Trofimov, 1981: what did not happen in so many samples may still.
    probability: (inTime + 0.5) / (samples + 1),
    p50_ms: quantile(ends, 0.5),
    p90_ms: quantile(ends, 0.9),
    slowest: slowest.slice(0, SLOWEST_TOLD).map((task) => tasks[task]?.task_id ?? ''),
    samples,
  };
}
