/** Covers a prime module's children with chains: each a branch whose order costs neither a gate nor a state. */
import type { Link, Quotient } from './quotient.ts';

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
  const unit = q.successors.map((links, a) =>
    next[a] === NONE ? links.filter(({ to }) => previous[to] === NONE).map(({ to }) => to) : [],
  );
  maximise(unit, next, previous);
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
  const heavy: (Link & { from: number })[] = [];
  for (const [from, links] of q.successors.entries())
    for (const link of links) if (link.weight > 1) heavy.push({ from, ...link });
  heavy.sort((a, b) => b.weight - a.weight || a.from - b.from || a.to - b.to);
  for (const { from, to } of heavy) {
    if (next[from] !== NONE || previous[to] !== NONE) continue;
    next[from] = to;
    previous[to] = from;
  }
}

/** Hopcroft–Karp over `edges`; rounds of shortest augmenting paths, depth first with an explicit stack. */
function maximise(edges: readonly (readonly number[])[], next: Int32Array, previous: Int32Array): void {
  const free = edges.flatMap((list, a) => (list.length > 0 ? [a] : []));
  for (const a of free) {
    const to = (edges[a] as readonly number[]).find((b) => previous[b] === NONE);
    if (to === undefined) continue;
    next[a] = to;
    previous[to] = a;
  }
  const layer = new Int32Array(edges.length);
  const tried = new Int32Array(edges.length);
  for (;;) {
    const starts = free.filter((a) => next[a] === NONE);
    if (!layers(edges, starts, previous, layer)) return;
    tried.fill(0);
    for (const start of starts) augment(edges, start, next, previous, layer, tried);
  }
}

/** Breadth first from the unmatched; whether an augmenting path exists. */
function layers(edges: readonly (readonly number[])[], starts: number[], previous: Int32Array, layer: Int32Array) {
  layer.fill(NONE);
  for (const a of starts) layer[a] = 0;
  let found = false;
  const queue = [...starts];
  for (let at = 0; at < queue.length && !found; at++) {
    const depth = layer[queue[at] as number] as number;
    // Finish the whole layer in which the first free successor shows up.
    for (; at < queue.length && layer[queue[at] as number] === depth; at++)
      for (const b of edges[queue[at] as number] as readonly number[]) {
        const owner = previous[b] as number;
        if (owner === NONE) found = true;
        else if (layer[owner] === NONE) {
          layer[owner] = depth + 1;
          queue.push(owner);
        }
      }
    at--;
  }
  return found;
}

function augment(
  edges: readonly (readonly number[])[],
  start: number,
  next: Int32Array,
  previous: Int32Array,
  layer: Int32Array,
  tried: Int32Array,
): void {
  const path = [start];
  while (path.length > 0) {
    const a = path[path.length - 1] as number;
    const b = (edges[a] as readonly number[])[tried[a] as number];
    if (b === undefined) {
      layer[a] = NONE;
      path.pop();
      continue;
    }
    tried[a] = (tried[a] as number) + 1;
    const owner = previous[b] as number;
    if (owner !== NONE) {
      if (layer[owner] === (layer[a] as number) + 1) path.push(owner);
      continue;
    }
    // Each node on the path takes the successor it tried last.
    for (const node of path) {
      const to = (edges[node] as readonly number[])[(tried[node] as number) - 1] as number;
      next[node] = to;
      previous[to] = node;
    }
    for (const node of path) layer[node] = NONE;
    return;
  }
}
