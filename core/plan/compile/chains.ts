/** Covers a prime module's children with chains: each a branch whose order costs neither a gate nor a state. */
import type { Quotient } from './quotient.ts';

const NONE = -1;

/**
 * A path cover with few paths: a matching of each node with at most one successor (Fulkerson 1956). Heavy edges are
 * taken first, greedily; among those of weight one the matching is maximum (Hopcroft, Karp 1973).
 * @returns chains of node numbers, each in order, by their first node
 */
export function chainCover(q: Quotient): number[][] {
  const next = new Int32Array(q.size).fill(NONE);
  const previous = new Int32Array(q.size).fill(NONE);
  takeHeavy(q, next, previous);
  maximise(q, next, previous);
  const chains: number[][] = [];
  for (let head = 0; head < q.size; head++) {
    if (previous[head] !== NONE) continue;
    const chain: number[] = [];
    for (let at = head; at !== NONE; at = next[at] as number) chain.push(at);
    chains.push(chain);
  }
  return chains;
}

function takeHeavy(q: Quotient, next: Int32Array, previous: Int32Array): void {
  const { start, list } = q.successors;
  const heavy: { from: number; to: number; weight: number }[] = [];
  for (let from = 0; from < q.size; from++)
    for (let e = start[from] as number; e < (start[from + 1] as number); e++) {
      const to = list[e] as number;
      const weight = q.weight(from, to);
      if (weight > 1) heavy.push({ from, to, weight });
    }
  heavy.sort((a, b) => b.weight - a.weight || a.from - b.from || a.to - b.to);
  for (const { from, to } of heavy) {
    if (next[from] !== NONE || previous[to] !== NONE) continue;
    next[from] = to;
    previous[to] = from;
  }
}

/** Hopcroft–Karp among the nodes still free: rounds of shortest augmenting paths, depth first with an explicit stack. */
function maximise(q: Quotient, next: Int32Array, previous: Int32Array): void {
  const { start, list } = q.successors;
  const { size } = q;
  const fixed = new Uint8Array(size);
  for (let b = 0; b < size; b++) if (previous[b] !== NONE) fixed[b] = 1;
  const free: number[] = [];
  for (let a = 0; a < size; a++) {
    if (next[a] !== NONE) continue;
    free.push(a);
    for (let e = start[a] as number; e < (start[a + 1] as number); e++) {
      const b = list[e] as number;
      if (previous[b] !== NONE) continue;
      next[a] = b;
      previous[b] = a;
      break;
    }
  }
  const layer = new Int32Array(size);
  const tried = new Int32Array(size);
  const queue = new Int32Array(size);

  /** Layers of alternating paths from the unmatched; whether one of them ends at a node without predecessor. */
  const layers = (): boolean => {
    layer.fill(NONE);
    let found = size;
    let length = 0;
    for (const a of free)
      if (next[a] === NONE) {
        layer[a] = 0;
        queue[length++] = a;
      }
    for (let at = 0; at < length; at++) {
      const a = queue[at] as number;
      const depth = layer[a] as number;
      if (depth >= found) break;
      for (let e = start[a] as number; e < (start[a + 1] as number); e++) {
        const b = list[e] as number;
        if (fixed[b] === 1) continue;
        const owner = previous[b] as number;
        if (owner === NONE) found = depth;
        else if (layer[owner] === NONE) {
          layer[owner] = depth + 1;
          queue[length++] = owner;
        }
      }
    }
    return found < size;
  };

  const augment = (from: number): void => {
    const path = [from];
    while (path.length > 0) {
      const a = path[path.length - 1] as number;
      const e = (start[a] as number) + (tried[a] as number);
      if (e >= (start[a + 1] as number)) {
        layer[a] = NONE;
        path.pop();
        continue;
      }
      tried[a] = (tried[a] as number) + 1;
      const b = list[e] as number;
      if (fixed[b] === 1) continue;
      const owner = previous[b] as number;
      if (owner !== NONE) {
        if (layer[owner] === (layer[a] as number) + 1) path.push(owner);
        continue;
      }
      // Each node on the path takes the successor it tried last.
      for (const node of path) {
        const to = list[(start[node] as number) + (tried[node] as number) - 1] as number;
        next[node] = to;
        previous[to] = node;
        layer[node] = NONE;
      }
      return;
    }
  };

  while (layers()) {
    tried.fill(0);
    for (const a of free) if (next[a] === NONE) augment(a);
  }
}
