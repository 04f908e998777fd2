/**
 * From a decomposition to the machine's states: decides which Parallel states are worth having.
 *
 * A state transition costs about as much as twenty ledger writes, a gate costs one or two, and a deep definition is
 * hard to read and to parse. So a Parallel that is not worth it, or nested too deep, is dissolved: its most connected
 * branch stays in line, the others move out to the enclosing Parallel, and the order they lose is gated.
 */
import type { ParallelNode, SeriesNode, Tree } from './tree.ts';

/** The machine's outermost Parallel: each child is a branch, each branch a series of tasks and Parallels. */
export interface Layout {
  kind: 'parallel';
  children: SeriesNode[];
  fromPrime?: boolean;
}

/** Parallel states per task that are worth it whatever the plan: with the fixed ones, 1.05 transitions a ticket. */
export const PARALLELS_PER_TASK = 0.05;
/** In a smaller plan, Parallels that are there only to save gates. */
export const FREE_FORKS = 8;
/** In a smaller plan, all Parallels: up to here, the picture of its structure is worth more than the transitions. */
export const FREE_PARALLELS = 100;
/** Parallels within Parallels; each is four levels of JSON. */
export const MAX_NESTING = 32;
/** States of every plan's machine that are entered whatever its tasks are. */
const FIXED_STATES = 2;

export function layOut(tree: Tree, taskCount: number): Layout {
  const whole = flatten(tree, () => true);
  const parallels = weigh(whole);
  const share = Math.floor(taskCount * PARALLELS_PER_TASK) - FIXED_STATES;
  const kept = new Set<ParallelNode>();
  let forks = 0;
  for (const [node] of [...parallels].filter(([, gain]) => gain > 0).sort(([, a], [, b]) => b - a)) {
    if (kept.size >= Math.max(FREE_PARALLELS, share)) break;
    if (kept.size >= share && node.fromPrime && forks >= FREE_FORKS) continue;
    kept.add(node);
    if (node.fromPrime) forks++;
  }
  return flatten(whole, (node, depth) => kept.has(node) && depth < MAX_NESTING);
}

type Keep = (node: ParallelNode, depth: number) => boolean;

/** Series in series and Parallel in Parallel become one; Parallels that are not kept are dissolved. */
function flatten(root: Tree, keep: Keep): Layout {
  const top: Layout = { kind: 'parallel', children: [] };
  const work: { tree: Tree; into: Layout; depth: number }[] = [{ tree: root, into: top, depth: 0 }];
  for (let next = work.pop(); next; next = work.pop()) {
    const { into, depth } = next;
    const tree = unwrap(next.tree);
    if (tree.kind === 'parallel') {
      for (const child of tree.children) work.push({ tree: child, into, depth });
      continue;
    }
    const branch: SeriesNode = { kind: 'series', children: [] };
    if (tree.kind === 'series' && tree.saves !== undefined) branch.saves = tree.saves;
    into.children.push(branch);
    const rest: Tree[] = [tree];
    for (let part = rest.pop(); part; part = rest.pop()) {
      const item = unwrap(part);
      if (item.kind === 'task') branch.children.push(item);
      else if (item.kind === 'series')
        for (let i = item.children.length - 1; i >= 0; i--) rest.push(item.children[i] as Tree);
      else if (keep(item, depth)) {
        const kept: Layout = { kind: 'parallel', children: [] };
        if (item.fromPrime) kept.fromPrime = true;
        branch.children.push(kept);
        for (const child of item.children) work.push({ tree: child, into: kept, depth: depth + 1 });
      } else {
        const stays = mostConnected(item);
        for (const child of item.children) if (child !== stays) work.push({ tree: child, into, depth });
        rest.push(stays);
      }
    }
  }
  return top;
}

function unwrap(tree: Tree): Tree {
  let inner = tree;
  while (inner.kind !== 'task' && inner.children.length === 1) {
    const only = inner.children[0] as Tree;
    // A branch's worth is known for the branch, wherever it is wrapped.
    if (inner.kind === 'series' && inner.saves !== undefined) {
      if (only.kind === 'task') return inner;
      if (only.kind === 'series') only.saves ??= inner.saves;
    }
    inner = only;
  }
  return inner;
}

function savesOf(tree: Tree): number {
  return tree.kind === 'series' ? (tree.saves ?? 0) : 0;
}

function mostConnected(node: ParallelNode): Tree {
  return node.children.reduce((best, child) => (savesOf(child) > savesOf(best) ? child : best));
}

/** What each Parallel saves: the covers between its branches and its neighbours, but for the branch that would stay. */
function weigh(layout: Layout): Map<ParallelNode, number> {
  const found: { node: Layout; before: Tree | undefined; after: Tree | undefined }[] = [];
  const queue: Layout[] = [layout];
  for (let next = queue.pop(); next; next = queue.pop())
    for (const branch of next.children)
      for (const [i, item] of branch.children.entries())
        if (item.kind === 'parallel') {
          found.push({ node: item as Layout, before: branch.children[i - 1], after: branch.children[i + 1] });
          queue.push(item as Layout);
        }
  const ends = new Map<Tree, { sources: number; sinks: number }>();
  const endsOf = (item: Tree | undefined) =>
    (item && (ends.get(item) ?? { sources: 1, sinks: 1 })) ?? { sources: 0, sinks: 0 };
  for (const { node } of [...found].reverse()) {
    let sources = 0;
    let sinks = 0;
    for (const { children } of node.children) {
      sources += endsOf(children[0]).sources;
      sinks += endsOf(children[children.length - 1]).sinks;
    }
    ends.set(node, { sources, sinks });
  }
  const gains = new Map<ParallelNode, number>();
  for (const { node, before, after } of found) {
    let sum = 0;
    let most = 0;
    for (const branch of node.children) {
      const { sources } = endsOf(branch.children[0]);
      const { sinks } = endsOf(branch.children[branch.children.length - 1]);
      branch.saves ??= endsOf(before).sinks * sources + sinks * endsOf(after).sources;
      sum += branch.saves;
      most = Math.max(most, branch.saves);
    }
    gains.set(node, sum - most);
  }
  return gains;
}
