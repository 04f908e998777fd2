/** A prime module seen from above: its children as nodes, the covers between them as weighted edges. */
import { type Adjacency, transpose } from './adjacency.ts';
import type { Closure } from './closure.ts';
import type { Kernel } from './contract.ts';

/** Numbered in topological order. */
export interface Quotient {
  size: number;
  successors: Adjacency;
  predecessors: Adjacency;
  /** Covers of the plan that an edge a → b stands for. */
  weight(a: number, b: number): number;
  precedes: Closure['precedes'];
}

export function quotientOf(kernel: Kernel, modules: readonly number[][], precedes: Closure['precedes']): Quotient {
  const home = new Int32Array(kernel.members.length).fill(-1);
  const outgoing = new Int32Array(modules.length);
  const incoming = new Int32Array(modules.length);
  let most = 0;
  for (const [q, module] of modules.entries())
    for (const node of module) {
      home[node] = q;
      most += (kernel.successors.start[node + 1] as number) - (kernel.successors.start[node] as number);
    }
  const successors: Adjacency = { start: new Int32Array(modules.length + 1), list: new Int32Array(most) };
  const lastUser = new Int32Array(modules.length).fill(-1);
  let size = 0;
  for (const [q, module] of modules.entries()) {
    for (const node of module)
      for (let e = kernel.successors.start[node] as number; e < (kernel.successors.start[node + 1] as number); e++) {
        const s = kernel.successors.list[e] as number;
        const to = home[s] as number;
        if (to === -1 || to === q) continue;
        if (lastUser[to] !== q) successors.list[size++] = to;
        lastUser[to] = q;
      }
    successors.start[q + 1] = size;
  }
  successors.list = successors.list.subarray(0, size);
  // A transpose is ascending whatever it is made from.
  const predecessors = transpose(successors);
  // Covers between two modules join every sink of the one with every source of the other.
  for (const [q, module] of modules.entries())
    for (const node of module) {
      if (isEnd(kernel.successors, node, home, q))
        outgoing[q] = (outgoing[q] as number) + (kernel.sinks[node] as number);
      if (isEnd(kernel.predecessors, node, home, q))
        incoming[q] = (incoming[q] as number) + (kernel.sources[node] as number);
    }
  const member = modules.map((module) => kernel.members[module[0] as number] as number);
  return {
    size: modules.length,
    successors: transpose(predecessors),
    predecessors,
    weight: (a, b) => (outgoing[a] as number) * (incoming[b] as number),
    precedes: (a, b) => precedes(member[a] as number, member[b] as number),
  };
}

/** Whether a node has no neighbour inside its module; of a module's covers, a node has all inside or all outside. */
function isEnd({ start, list }: Adjacency, node: number, home: Int32Array, module: number): boolean {
  const first = start[node] as number;
  return first === start[node + 1] || home[list[first] as number] !== module;
}

/** The same order read backwards: a fork becomes a join. */
export function mirror(q: Quotient): Quotient {
  const last = q.size - 1;
  return {
    size: q.size,
    successors: flip(q.predecessors),
    predecessors: flip(q.successors),
    weight: (a, b) => q.weight(last - b, last - a),
    precedes: (a, b) => q.precedes(last - b, last - a),
  };
}

function flip({ start, list }: Adjacency): Adjacency {
  const n = start.length - 1;
  const flipped: Adjacency = { start: new Int32Array(n + 1), list: new Int32Array(list.length) };
  for (let i = 0; i <= n; i++) flipped.start[i] = list.length - (start[n - i] as number);
  for (let e = 0; e < list.length; e++) flipped.list[e] = n - 1 - (list[list.length - 1 - e] as number);
  return flipped;
}
