/**
 * Series and parallel reductions (after Valdes, Tarjan, Lawler 1982, on the transitive reduction): contracts every
 * series-parallel module into one node, in time near linear in the covers. What stays is the kernel; a series-parallel
 * plan leaves one node.
 */
import { type Adjacency, transpose } from './adjacency.ts';
import { createLists, GONE, type Lists } from './lists.ts';
import { leaf, parallel, series, type Tree } from './tree.ts';

/** The graph of contracted nodes, in topological order. An edge stands for sinks(a) × sources(b) covers. */
export interface Kernel {
  trees: Tree[];
  /** A task of each node: what precedes it precedes the node, outside of it. */
  members: number[];
  successors: Adjacency;
  predecessors: Adjacency;
  sources: number[];
  sinks: number[];
}

export function contract(covers: Adjacency): Kernel {
  const n = covers.start.length - 1;
  const trees: Tree[] = Array.from({ length: n }, (_, i) => leaf(i));
  const sources = new Int32Array(n).fill(1);
  const sinks = new Int32Array(n).fill(1);
  // A node made of a → b keeps a's number, so lists that name b are read through `into`; merged twins are GONE.
  const into = new Int32Array(n);
  for (let i = 0; i < n; i++) into[i] = i;
  const successors = createLists(covers, into);
  const predecessors = createLists(transpose(covers), into);

  // A neighbour adds its fixed hash to a node's signature, whichever node it has become part of.
  const hashIn = new Int32Array(n);
  for (let i = 0; i < n; i++) hashIn[i] = mix(i);
  const hashOut = hashIn.slice();
  const before = signatures(predecessors, hashOut);
  const after = signatures(successors, hashIn);
  const bySignature = new Map<number, number>();
  const signature = (node: number): number =>
    ((before[node] as number) >>> 0) * 2 ** 21 + ((after[node] as number) >>> 11);

  const queue = createQueue(n);

  const joinSeries = (a: number, b: number): void => {
    trees[a] = series(trees[a] as Tree, trees[b] as Tree);
    successors.adopt(a, b);
    after[a] = after[b] as number;
    hashOut[a] = hashOut[b] as number;
    sinks[a] = sinks[b] as number;
    into[b] = a;
    queue.add(a);
  };
  const joinTwins = (a: number, b: number): void => {
    trees[a] = parallel(trees[a] as Tree, trees[b] as Tree);
    sources[a] = (sources[a] as number) + (sources[b] as number);
    sinks[a] = (sinks[a] as number) + (sinks[b] as number);
    drop(predecessors, b, successors, after, hashIn[b] as number);
    drop(successors, b, predecessors, before, hashOut[b] as number);
    into[b] = GONE;
    queue.add(a);
  };
  /** Takes b out of the counts and signatures of its neighbours in `lists`. */
  const drop = (lists: Lists, b: number, back: Lists, sums: Int32Array, hash: number): void => {
    lists.refresh(b);
    for (let i = 0; i < lists.count(b); i++) {
      const other = lists.at(b, i);
      back.lose(other);
      sums[other] = ((sums[other] as number) - hash) | 0;
      queue.add(other);
    }
  };
  const areTwins = (a: number, b: number): boolean => predecessors.same(a, b) && successors.same(a, b);

  for (let node = queue.next(); node !== undefined; node = queue.next()) {
    if (into[node] !== node) continue;
    if (successors.count(node) === 1) {
      successors.refresh(node);
      const only = successors.at(node, 0);
      if (predecessors.count(only) === 1) {
        joinSeries(node, only);
        continue;
      }
    }
    if (predecessors.count(node) === 1) {
      predecessors.refresh(node);
      const only = predecessors.at(node, 0);
      if (successors.count(only) === 1) {
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

  const members: number[] = [];
  for (let i = 0; i < n; i++) if (into[i] === i) members.push(i);
  // A transpose is ascending whatever it is made from: sorting list by list takes longer than turning round twice.
  const turned = transpose(successors.pack(members));
  return {
    trees: members.map((node) => trees[node] as Tree),
    members,
    successors: transpose(turned),
    predecessors: turned,
    sources: members.map((node) => sources[node] as number),
    sinks: members.map((node) => sinks[node] as number),
  };
}

/** Per node, the sum of its neighbours' hashes: nodes with the same neighbours have the same. */
function signatures(lists: Lists, hash: Int32Array): Int32Array {
  const sums = new Int32Array(hash.length);
  for (let node = 0; node < hash.length; node++) {
    let sum = 0;
    for (let i = 0; i < lists.count(node); i++) sum = (sum + (hash[lists.at(node, i)] as number)) | 0;
    sums[node] = sum;
  }
  return sums;
}

/** First in, first out, each node at most once at a time; all nodes at first. */
function createQueue(n: number) {
  const waiting = new Uint8Array(n).fill(1);
  const ring = new Int32Array(n);
  for (let i = 0; i < n; i++) ring[i] = i;
  let head = 0;
  let length = n;
  return {
    add(node: number): void {
      if (waiting[node] === 1) return;
      waiting[node] = 1;
      ring[(head + length++) % n] = node;
    },
    next(): number | undefined {
      if (length === 0) return undefined;
      const node = ring[head] as number;
      head = (head + 1) % n;
      length--;
      waiting[node] = 0;
      return node;
    },
  };
}

/** A fixed hash of a small number (the finaliser of MurmurHash3). */
function mix(i: number): number {
  let h = (i + 1) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
