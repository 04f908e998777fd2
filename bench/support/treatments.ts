/** What the compiler is measured against: other ways to run the same DAG on Step Functions. */
import { neighbours } from '../../core/plan/compile/adjacency.ts';
import { closureOf } from '../../core/plan/compile/closure.ts';
import { contract, type Kernel } from '../../core/plan/compile/contract.ts';
import { toGraph } from '../../core/plan/compile/graph.ts';
import type { CompilerTask } from '../../core/plan/compile/index.ts';
import { strongModules } from '../../core/plan/compile/modules.ts';
import { quotientOf } from '../../core/plan/compile/quotient.ts';
import { createSplitter } from '../../core/plan/compile/split.ts';
import type { Tree } from '../../core/plan/compile/tree.ts';

export interface Treatment {
  transitions: number;
  gates: number;
}

/** Plan and Plan completed: the states that every plan's machine enters, counted for each treatment. */
const FIXED = 2;

/**
 * Full modular decomposition; the children of a prime module are branches of one Parallel, all covers between them are
 * gated. Parallels directly inside a Parallel are one with it, the outermost is the Plan state.
 */
export function flat(tasks: readonly CompilerTask[]): Treatment {
  const { covers, precedes } = closureOf(toGraph(tasks).successors);
  const kernel = contract(covers);
  const { components, cuts } = createSplitter(kernel);
  let gates = 0;
  let parallels = 0;
  const work: { nodes: number[]; besides: boolean }[] = [{ nodes: kernel.members.map((_, k) => k), besides: true }];
  for (let next = work.pop(); next; next = work.pop()) {
    const { nodes, besides } = next;
    if (nodes.length === 1) {
      parallels += parallelsIn(kernel, nodes[0] as number, besides);
      continue;
    }
    const pieces = components(nodes).length === 1 ? cuts(nodes) : [];
    if (pieces.length > 1) {
      for (const piece of pieces) work.push({ nodes: piece, besides: false });
      continue;
    }
    if (!besides) parallels++;
    let parts = components(nodes);
    if (parts.length === 1) {
      parts = strongModules(kernel, nodes, precedes, Number.POSITIVE_INFINITY);
      const { size, successors, weight } = quotientOf(kernel, parts, precedes);
      for (let a = 0; a < size; a++) for (const b of neighbours(successors, a)) gates += weight(a, b);
    }
    for (const part of parts) work.push({ nodes: part, besides: true });
  }
  return { transitions: tasks.length + parallels + FIXED, gates };
}

/** Parallels of a contracted node, but for an outer one that a Parallel around it takes in. */
function parallelsIn(kernel: Kernel, node: number, besides: boolean): number {
  let count = 0;
  const work: { tree: Tree; besides: boolean }[] = [{ tree: kernel.trees[node] as Tree, besides }];
  for (let next = work.pop(); next; next = work.pop()) {
    const { tree } = next;
    if (tree.kind === 'task') continue;
    if (tree.kind === 'parallel' && !next.besides) count++;
    for (const child of tree.children) work.push({ tree: child, besides: tree.kind === 'parallel' });
  }
  return count;
}

/** One Parallel a level of the DAG, each level waiting for the whole level before; a level of one task needs none. */
export function levelBarriers(levels: readonly (readonly string[])[]): Treatment {
  const tickets = levels.reduce((sum, level) => sum + level.length, 0);
  return { transitions: tickets + levels.filter((level) => level.length > 1).length + FIXED, gates: 0 };
}

/** Task ids by longest path from a source. */
export function levelsOf(tasks: readonly CompilerTask[]): string[][] {
  const { tasks: ordered, successors } = toGraph(tasks);
  const level = new Int32Array(ordered.length);
  const levels: string[][] = [];
  for (const [i, task] of ordered.entries()) {
    const l = level[i] as number;
    levels[l] = [...(levels[l] ?? []), task.task_id];
    for (const s of neighbours(successors, i)) level[s] = Math.max(level[s] as number, l + 1);
  }
  return levels;
}
