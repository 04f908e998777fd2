/**
 * Chains hung into one another: a chain whose first node follows some node p of another chain runs beside what comes
 * after p there. All chains hung at one p share one Parallel (a *fork*), which ends where the host chain comes to a
 * node that all of them precede (a free *join*), else with the host chain.
 */
import type { Quotient } from './quotient.ts';

const NONE = -1;

export interface Fork {
  /** Chains hung after this node, by number. */
  guests: number[];
  /** Position in the host chain of the first node after the Parallel; undefined: open to the chain's end. */
  until: number | undefined;
}

export interface Forest {
  chains: number[][];
  /** By the node after which they begin. */
  forks: Map<number, Fork>;
  /** Chains that hang nowhere. */
  roots: number[];
  chainOf: Int32Array;
  positionOf: Int32Array;
}

/** Each hung chain saves the gates between p and its head, for one state a fork: so heads gather at few nodes. */
export function hang(q: Quotient, chains: number[][]): Forest {
  const chainOf = new Int32Array(q.size);
  const positionOf = new Int32Array(q.size);
  for (let c = 0; c < chains.length; c++) {
    const chain = chains[c] as number[];
    for (let position = 0; position < chain.length; position++) {
      const node = chain[position] as number;
      chainOf[node] = c;
      positionOf[node] = position;
    }
  }
  const forks = new Map<number, Fork>();
  const roots: number[] = [];
  const hosts = chooseHosts(q, chains);
  for (const [c, host] of hosts.entries()) {
    if (host === NONE) roots.push(c);
    else {
      const fork = forks.get(host);
      if (fork) fork.guests.push(c);
      else forks.set(host, { guests: [c], until: undefined });
    }
  }
  const forest = { chains, forks, roots, chainOf, positionOf };
  joinEarly(q, forest);
  return forest;
}

/** For each chain the predecessor of its head at which most other heads could hang too; two rounds settle well. */
function chooseHosts(q: Quotient, chains: readonly number[][]): Int32Array {
  const { start, list } = q.predecessors;
  const hosts = new Int32Array(chains.length).fill(NONE);
  let gain = new Float64Array(q.size);
  for (const [head] of chains as [number][])
    for (let e = start[head] as number; e < (start[head + 1] as number); e++) {
      const p = list[e] as number;
      gain[p] = (gain[p] as number) + q.weight(p, head);
    }
  for (let round = 0; round < 2; round++) {
    const chosen = new Float64Array(q.size);
    for (const [c, [head]] of (chains as [number][]).entries()) {
      let best = NONE;
      for (let e = start[head] as number; e < (start[head + 1] as number); e++) {
        const p = list[e] as number;
        if (best === NONE || (gain[p] as number) > (gain[best] as number)) best = p;
      }
      hosts[c] = best;
      if (best !== NONE) chosen[best] = (chosen[best] as number) + q.weight(best, head);
    }
    gain = chosen;
  }
  return hosts;
}

/** Steps spent on joins; forks still open after that stay open, which costs gates, never correctness. */
const PATIENCE = 500_000;

/** Guests have later heads than their hosts, so going through the chains backwards meets guests first. */
function joinEarly(q: Quotient, forest: Forest): void {
  let patience = PATIENCE;
  const openEnds: number[][] = forest.chains.map(() => []);
  for (let c = forest.chains.length - 1; c >= 0; c--) {
    const host = forest.chains[c] as number[];
    const ends = [host[host.length - 1] as number];
    const forkAt: { position: number; fork: Fork }[] = [];
    for (let position = host.length - 1; position >= 0; position--) {
      const fork = forest.forks.get(host[position] as number);
      if (fork === undefined) continue;
      const loose: number[] = [];
      for (const guest of fork.guests) for (const end of openEnds[guest] as number[]) loose.push(end);
      patience -= loose.length;
      if (patience > 0) fork.until = earliestJoin(q, host, position, loose, forkAt);
      if (fork.until === undefined) for (const end of loose) ends.push(end);
      forkAt.push({ position, fork });
    }
    openEnds[c] = ends;
  }
}

/** The first position that all loose ends precede and that no fork in between reaches over. */
function earliestJoin(
  q: Quotient,
  host: readonly number[],
  position: number,
  loose: readonly number[],
  inner: readonly { position: number; fork: Fork }[],
): number | undefined {
  let until = position + 1;
  for (const end of loose) {
    let high = host.length;
    while (until < high) {
      const middle = (until + high) >>> 1;
      if (q.precedes(end, host[middle] as number)) high = middle;
      else until = middle + 1;
    }
    if (until === host.length) return undefined;
  }
  // Inner forks were met last position first: the list reversed is in the host's order.
  for (let i = inner.length - 1; i >= 0; i--) {
    const { position: at, fork } = inner[i] as { position: number; fork: Fork };
    if (at >= until) break;
    if (fork.until === undefined) return undefined;
    until = Math.max(until, fork.until);
  }
  return until;
}
