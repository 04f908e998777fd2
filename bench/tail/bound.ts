/**
 * What no dispatcher can do better that keeps a set number of jobs with each agent, or mixes such numbers, and never lets a
 * job wait for anything else. A job that ended is replaced when that is heard of, so an agent with k jobs is a closed network
 * of a server and a delay, which has a product form (Gordon & Newell 1967): with j of k at the server in proportion to
 * (μ·D)^(k−j) ÷ (k−j)!. A job finds the server as it would be with k − 1 (Lavenberg & Reiser 1980), and so stays for the sum
 * of j + 1 exponential times. Then the least tail for a given throughput is a linear programme of one constraint, and its
 * dual has one variable: the price of a job.
 */

/** Jobs with one agent, at most. */
const MOST = 24;

export interface AgentsAlike {
  readonly count: number;
  readonly speed: number;
}

/** Share of time, or of arrivals, with j of k jobs at the server, j = 0…k; `delay`: jobs done in the signal's time. */
function atServer(jobs: number, delay: number): number[] {
  const weights: number[] = new Array(jobs + 1).fill(1);
  for (let j = jobs - 1; j >= 0; j--) weights[j] = ((weights[j + 1] as number) * delay) / (jobs - j);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** P(a sum of `stages` exponential times of mean 1 > x). */
function erlangTail(stages: number, x: number): number {
  let term = Math.exp(-x);
  let sum = term;
  for (let i = 1; i < stages; i++) sum += term *= x / i;
  return sum;
}

interface Choice {
  readonly throughput: number;
  readonly late: number;
}

/** An agent with 0…MOST jobs: jobs done in a service time, and the share of them that takes longer than `limit`. */
function choices(speed: number, signal: number, limit: number): Choice[] {
  const found: Choice[] = [{ throughput: 0, late: 0 }];
  for (let jobs = 1; jobs <= MOST; jobs++) {
    const idle = atServer(jobs, speed * signal)[0] as number;
    const late = atServer(jobs - 1, speed * signal).reduce(
      (sum, share, ahead) => sum + share * erlangTail(ahead + 1, speed * limit),
      0,
    );
    found.push({ throughput: speed * (1 - idle), late });
  }
  return found;
}

/** Least share of jobs that takes longer than `limit`; 1 if the agents cannot do so many. */
function leastLate(agents: readonly AgentsAlike[], rate: number, signal: number, limit: number): number {
  const classes = agents.map(({ count, speed }) => ({ count, options: choices(speed, signal, limit) }));
  let least = 0;
  // The dual is concave in the price: the best of a fine grid is below it by next to nothing, and so still a bound.
  for (let price = 0; price <= 1; price += 0.0005) {
    let dual = price * rate;
    for (const { count, options } of classes)
      dual -= count * Math.max(...options.map(({ throughput, late }) => throughput * (price - late)));
    least = Math.max(least, dual);
  }
  return least / rate;
}

/** Lower bound of a quantile of sojourns, in service times; `rate` and `signal` in service times too. */
export function boundOf(agents: readonly AgentsAlike[], rate: number, signal: number, quantile: number): number {
  let [low, high] = [0, 100];
  while (high - low > 0.001) {
    const limit = (low + high) / 2;
    if (leastLate(agents, rate, signal, limit) > 1 - quantile) low = limit;
    else high = limit;
  }
  return low;
}
