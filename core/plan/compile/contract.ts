/**
 * Series and parallel reductions (after Valdes, Tarjan, Lawler 1982, on the transitive reduction): contracts every
 * series-parallel module into one node, in time near linear in the covers. What stays is the kernel; a series-parallel
 * plan leaves one node.
 */
import { leaf, parallel, series, type Tree } from './tree.ts';

/** The graph of contracted nodes, in topological order. An edge stands for sinks(a) × sources(b) covers. */
export interface Kernel {
  trees: Tree[];
  /** A task of each node: what precedes it precedes the node, outside of it. */
  members: number[];
  successors: number[][];
  predecessors: number[][];
  sources: number[];
  sinks: number[];
}

const GONE = -1;

export function contract(covers: readonly (readonly number[])[]): Kernel {
  const n = covers.length;
  const trees: Tree[] = covers.map((_, i) => leaf(i));
  const sources = new Int32Array(n).fill(1);
  const sinks = new Int32Array(n).fill(1);
  const successors = covers.map((list) => [...list]);
  const predecessors: number[][] = covers.map(() => []);
  for (const [a, list] of covers.entries()) for (const b of list) (predecessors[b] as number[]).push(a);

  // A node made of a → b keeps a's number, so lists that name b are read through `into`; merged twins are GONE.
  const into = Int32Array.from(covers, (_, i) => i);
  const find = (node: number): number => {
    if (into[node] === node) return node;
    let root = node;
    while (root !== GONE && into[root] !== root) root = into[root] as number;
    for (let at = node; at !== root && at !== GONE; ) {
      const next = into[at] as number;
      into[at] = root;
      at = next;
    }
    return root;
  };
  /** The living nodes that a list names; the list is brought up to date in place. */
  const living = (lists: number[][], node: number): number[] => {
    const list = lists[node] as number[];
    let kept = 0;
    for (let i = 0; i < list.length; i++) {
      const other = find(list[i] as number);
      if (other !== GONE) list[kept++] = other;
    }
    list.length = kept;
    return list;
  };

  // Twins are found by a signature: sums of fixed hashes of the neighbours, kept up to date as neighbours merge.
  const inDegree = Int32Array.from(predecessors, (list) => list.length);
  const outDegree = Int32Array.from(successors, (list) => list.length);
  const hashIn = Int32Array.from(covers, (_, i) => mix(i));
  const hashOut = Int32Array.from(hashIn);
  const before = new Int32Array(n);
  const after = new Int32Array(n);
  for (const [a, list] of covers.entries())
    for (const b of list) {
      before[b] = ((before[b] as number) + (hashOut[a] as number)) | 0;
      after[a] = ((after[a] as number) + (hashIn[b] as number)) | 0;
    }
  const bySignature = new Map<number, number>();
  const signature = (node: number): number =>
    ((before[node] as number) >>> 0) * 2 ** 21 + ((after[node] as number) >>> 11);

  const queue = covers.map((_, i) => i);
  const queued = new Uint8Array(n).fill(1);
  const enqueue = (node: number): void => {
    if (queued[node]) return;
    queued[node] = 1;
    queue.push(node);
  };

  const joinSeries = (a: number, b: number): void => {
    trees[a] = series(trees[a] as Tree, trees[b] as Tree);
    successors[a] = successors[b] as number[];
    outDegree[a] = outDegree[b] as number;
    after[a] = after[b] as number;
    hashOut[a] = hashOut[b] as number;
    sinks[a] = sinks[b] as number;
    into[b] = a;
    enqueue(a);
  };
  const joinTwins = (a: number, b: number): void => {
    trees[a] = parallel(trees[a] as Tree, trees[b] as Tree);
    sources[a] = (sources[a] as number) + (sources[b] as number);
    sinks[a] = (sinks[a] as number) + (sinks[b] as number);
    for (const p of living(predecessors, b)) {
      outDegree[p] = (outDegree[p] as number) - 1;
      after[p] = ((after[p] as number) - (hashIn[b] as number)) | 0;
      enqueue(p);
    }
    for (const s of living(successors, b)) {
      inDegree[s] = (inDegree[s] as number) - 1;
      before[s] = ((before[s] as number) - (hashOut[b] as number)) | 0;
      enqueue(s);
    }
    into[b] = GONE;
    enqueue(a);
  };
  const mark = new Int32Array(n);
  let marks = 0;
  const sameSet = (lists: number[][], a: number, b: number): boolean => {
    marks++;
    for (const other of living(lists, a)) mark[other] = marks;
    return living(lists, b).every((other) => mark[other] === marks);
  };
  const areTwins = (a: number, b: number): boolean =>
    inDegree[a] === inDegree[b] &&
    outDegree[a] === outDegree[b] &&
    sameSet(predecessors, a, b) &&
    sameSet(successors, a, b);

  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] as number;
    queued[node] = 0;
    if (into[node] !== node) continue;
    if (outDegree[node] === 1) {
      const only = living(successors, node)[0] as number;
      if (inDegree[only] === 1) {
        joinSeries(node, only);
        continue;
      }
    }
    if (inDegree[node] === 1) {
      const only = living(predecessors, node)[0] as number;
      if (outDegree[only] === 1) {
        joinSeries(only, node);
        continue;
      }
    }
    const key = signature(node);
    const twin = bySignature.get(key);
    if (twin !== undefined && twin !== node && into[twin] === twin && signature(twin) === key && areTwins(twin, node))
      joinTwins(Math.min(twin, node), Math.max(twin, node));
    else bySignature.set(key, node);
  }

  const members = [...into.keys()].filter((i) => into[i] === i);
  const position = new Int32Array(n);
  for (const [k, node] of members.entries()) position[node] = k;
  const renumber = (lists: number[][]): number[][] =>
    members.map((node) =>
      living(lists, node)
        .map((other) => position[other] as number)
        .sort((a, b) => a - b),
    );
  return {
    trees: members.map((node) => trees[node] as Tree),
    members,
    successors: renumber(successors),
    predecessors: renumber(predecessors),
    sources: members.map((node) => sources[node] as number),
    sinks: members.map((node) => sinks[node] as number),
  };
}

/** A fixed hash of a small number (the finaliser of MurmurHash3). */
function mix(i: number): number {
  let h = (i + 1) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
