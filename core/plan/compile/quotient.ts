/** A prime module seen from above: its children as nodes, the covers between them as weighted edges. */
import type { Closure } from './closure.ts';
import type { Kernel } from './contract.ts';

export interface Link {
  to: number;
  /** Covers of the plan that this edge stands for. */
  weight: number;
}

/** Numbered in topological order. */
export interface Quotient {
  size: number;
  successors: Link[][];
  predecessors: Link[][];
  precedes: Closure['precedes'];
}

export function quotientOf(kernel: Kernel, modules: readonly number[][], precedes: Closure['precedes']): Quotient {
  const home = new Int32Array(kernel.members.length).fill(-1);
  for (const [q, module] of modules.entries()) for (const node of module) home[node] = q;
  const successors: Link[][] = modules.map(() => []);
  const predecessors: Link[][] = modules.map(() => []);
  for (const [q, module] of modules.entries()) {
    const links = successors[q] as Link[];
    for (const node of module)
      for (const s of kernel.successors[node] as number[]) {
        const to = home[s] as number;
        if (to === -1 || to === q) continue;
        const weight = (kernel.sinks[node] as number) * (kernel.sources[s] as number);
        const known =
          module.length > 1 || (modules[to] as number[]).length > 1 ? links.find((l) => l.to === to) : undefined;
        if (known) known.weight += weight;
        else links.push({ to, weight });
      }
    links.sort((a, b) => a.to - b.to);
    for (const { to, weight } of links) (predecessors[to] as Link[]).push({ to: q, weight });
  }
  const member = modules.map((module) => kernel.members[module[0] as number] as number);
  return {
    size: modules.length,
    successors,
    predecessors,
    precedes: (a, b) => precedes(member[a] as number, member[b] as number),
  };
}

/** The same order read backwards: a fork becomes a join. */
export function mirror(q: Quotient): Quotient {
  const flip = (lists: readonly Link[][]): Link[][] =>
    lists.map((list) => list.map(({ to, weight }) => ({ to: q.size - 1 - to, weight })).reverse()).reverse();
  return {
    size: q.size,
    successors: flip(q.predecessors),
    predecessors: flip(q.successors),
    precedes: (a, b) => q.precedes(q.size - 1 - b, q.size - 1 - a),
  };
}
