/**
 * Modular decomposition from the top (Möhring 1989; for orders, of the comparability graph): a module falls into its
 * connected components (parallel), else into the pieces between its cuts (series), else it is prime.
 */
import type { Closure } from './closure.ts';
import type { Kernel } from './contract.ts';
import { strongModules } from './modules.ts';
import { arrangePrime } from './prime.ts';
import { createSplitter } from './split.ts';
import { parallel, series, type Tree } from './tree.ts';

/** A node whose content is filled in later; the work list keeps deep decompositions off the call stack. */
interface Work {
  nodes: number[];
  hole: { kind: 'series'; children: Tree[] };
}

/** @returns an order implied by the plan's: what it lacks of the plan's covers is for gates. */
export function decompose(kernel: Kernel, precedes: Closure['precedes']): Tree {
  const { components, cuts } = createSplitter(kernel);
  const root = series();
  const work: Work[] = [{ nodes: kernel.members.map((_, k) => k), hole: root }];
  const split = (nodes: number[]): Tree => {
    const [only] = nodes;
    if (nodes.length === 1) return kernel.trees[only as number] as Tree;
    const hole = series();
    work.push({ nodes, hole });
    return hole;
  };
  for (let next = work.pop(); next; next = work.pop()) {
    const { nodes, hole } = next;
    if (nodes.length === 1) {
      hole.children.push(split(nodes));
      continue;
    }
    const parts = components(nodes);
    if (parts.length > 1) {
      hole.children.push(parallel(...parts.map(split)));
      continue;
    }
    const pieces = cuts(nodes);
    if (pieces.length > 1) {
      hole.children.push(...pieces.map(split));
      continue;
    }
    const modules = strongModules(kernel, nodes, precedes);
    hole.children.push(arrangePrime(kernel, modules, modules.map(split), precedes));
  }
  return root;
}
