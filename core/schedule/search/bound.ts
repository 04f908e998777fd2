/** What no schedule can be shorter than. */
import { fastest, type Problem, upwardCosts } from './problem.ts';

const PRICE_STEPS = 100;
/** Sums of the same durations in another order differ by less, as a share of the step. */
const ROUNDING = 1e-9;
/** Heads that windows are looked at for, at most: their cost is this many times the tasks'. */
const MAX_HEADS = 1000;

/** The longest way through the tasks, each on the slot that is fastest at it and after its release; ms. */
export function criticalPath(problem: Problem): number {
  return criticalPathOf(problem, fastest(problem));
}

function criticalPathOf(problem: Problem, costs: Float64Array): number {
  const ranks = upwardCosts(problem, costs);
  return problem.releases.reduce((longest, at, task) => Math.max(longest, at + (ranks[task] as number)), 0);
}

/**
 * ms; the greatest of the critical path, the work over the slots, and the work over the slots within windows that the
 * order leaves (Fernandez & Bussell, "Bounds on the number of processors and time for multiprocessor optimal schedules",
 * 1973, here by heads and tails as in the energetic bound of parallel machines: work that cannot begin before a head and
 * must leave a tail).
 */
export function lowerBound(problem: Problem): number {
  const costs = fastest(problem);
  const identical = problem.durations.every((row) => row.every((ms) => ms === row[0]));
  const bound = Math.max(criticalPathOf(problem, costs), priced(problem));
  return identical ? roundedUp(problem, costs, Math.max(bound, windows(problem, costs))) : bound;
}

/** On slots that are alike some shortest schedule ends at a sum of durations and releases: a multiple of what divides all. */
function roundedUp({ releases }: Problem, costs: Float64Array, bound: number): number {
  const times = [...costs, ...releases];
  if (!times.every(Number.isSafeInteger)) return bound;
  const step = times.reduce(greatestDivisor, 0);
  return step === 0 ? bound : Math.ceil(bound / step - ROUNDING) * step;
}

function greatestDivisor(a: number, b: number): number {
  let [left, right] = [a, b];
  while (right > 0) [left, right] = [right, left % right];
  return left;
}

/**
 * For any prices of the slots' time that sum to 1, each task at the slot where it is cheapest: all of it costs no more than
 * the makespan. It is the dual of sharing the work out as if it were a fluid; prices are raised where too much of it goes
 * (multiplicative weights, Arora, Hazan & Kale 2012), and any of them is a valid bound.
 */
function priced({ durations, slots, releases }: Problem): number {
  const start = releases.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const prices = new Float64Array(slots).fill(1 / slots);
  let best = 0;
  for (let step = 0; step < PRICE_STEPS; step++) {
    const load = new Float64Array(slots);
    let total = 0;
    for (const row of durations) {
      let at = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let slot = 0; slot < slots; slot++) {
        const price = (row[slot] as number) * (prices[slot] as number);
        if (price < least) [at, least] = [slot, price];
      }
      total += least;
      load[at] = (load[at] as number) + (row[at] as number);
    }
    best = Math.max(best, total);
    const most = load.reduce((a, b) => Math.max(a, b), 0);
    if (most === 0) break;
    const raised = prices.map(
      (price, slot) => price * Math.exp((load[slot] as number) / most / (2 * Math.sqrt(1 + step))),
    );
    const sum = raised.reduce((a, b) => a + b, 0);
    for (let slot = 0; slot < slots; slot++) prices[slot] = (raised[slot] as number) / sum;
  }
  return start + best;
}

/** For each head h and tail t: tasks that begin at h at the earliest and have t to go after them at least. */
function windows(problem: Problem, costs: Float64Array): number {
  const tails = upwardCosts(problem, costs).map((rank, task) => rank - (costs[task] as number));
  const heads = headsOf(problem, costs);
  const byTail = [...problem.order].sort((a, b) => (tails[b] as number) - (tails[a] as number));
  let best = 0;
  const begins = [...new Set(heads)].sort((a, b) => a - b);
  const every = Math.ceil(begins.length / MAX_HEADS);
  for (const head of begins.filter((_, at) => at % every === 0)) {
    let work = 0;
    for (const task of byTail) {
      if ((heads[task] as number) < head) continue;
      work += costs[task] as number;
      best = Math.max(best, head + work / problem.slots + (tails[task] as number));
    }
  }
  return best;
}

function headsOf(problem: Problem, costs: Float64Array): Float64Array {
  const heads = problem.releases.slice();
  for (const task of problem.order)
    for (const next of problem.successors[task] as readonly number[])
      heads[next] = Math.max(heads[next] as number, (heads[task] as number) + (costs[task] as number));
  return heads;
}
