/**
 * A prime module as a machine. A flat Parallel of its children would gate every cover between them; here they are
 * chained, and chains hung into one another, wherever the plan's own order allows: each cover that the machine
 * enforces by itself is a gate saved. A chain costs nothing, a fork or join one state.
 */
import { chainCover } from './chains.ts';
import type { Closure } from './closure.ts';
import type { Kernel } from './contract.ts';
import { type Forest, hang } from './forest.ts';
import { mirror, type Quotient, quotientOf } from './quotient.ts';
import type { ParallelNode, SeriesNode, Tree } from './tree.ts';

/** @param children the machine of each module, by the modules' order */
export function arrangePrime(
  kernel: Kernel,
  modules: readonly number[][],
  children: readonly Tree[],
  precedes: Closure['precedes'],
): Tree {
  const q = quotientOf(kernel, modules, precedes);
  const chains = chainCover(q);
  const mirrored = mirror(q);
  const flip = (node: number): number => q.size - 1 - node;
  const backwards = chains.map((chain) => chain.map(flip).reverse());
  backwards.sort((a, b) => (a[0] as number) - (b[0] as number));
  const forks = hang(q, chains);
  const joins = hang(mirrored, backwards);
  const child = (node: number): Tree => children[node] as Tree;
  if (saved(q, forks) >= saved(mirrored, joins)) return build(q, forks, child, false);
  return build(mirrored, joins, (node) => child(flip(node)), true);
}

/** Covers from a to b, of which either may not be there. */
function weightOf(q: Quotient, from: number | undefined, to: number | undefined): number {
  if (from === undefined || to === undefined) return 0;
  const { start, list } = q.successors;
  for (let e = start[from] as number; e < (start[from + 1] as number); e++)
    if (list[e] === to) return q.weight(from, to);
  return 0;
}

/** Covers that the hung chains bring, less the states they cost. */
function saved(q: Quotient, forest: Forest): number {
  let sum = 0;
  for (const [node, { guests, until }] of forest.forks) {
    const host = forest.chains[forest.chainOf[node] as number] as number[];
    const join = until === undefined ? undefined : host[until];
    for (const guest of guests) {
      const chain = forest.chains[guest] as number[];
      sum += weightOf(q, node, chain[0]) + weightOf(q, chain[chain.length - 1], join);
    }
    sum--;
  }
  return sum;
}

/** From forest to tree, with a work list: forks can nest as deep as there are chains. */
function build(q: Quotient, forest: Forest, child: (node: number) => Tree, backwards: boolean): Tree {
  const root: ParallelNode = { kind: 'parallel', children: [] };
  const work: { chain: number; from: number; to: number; into: SeriesNode }[] = [];
  const branch = (chain: number, from: number, to: number): SeriesNode => {
    const into: SeriesNode = { kind: 'series', children: [] };
    work.push({ chain, from, to, into });
    return into;
  };
  const wholeChain = (c: number): SeriesNode => branch(c, 0, (forest.chains[c] as number[]).length);
  for (const c of forest.roots) root.children.push(wholeChain(c));
  for (let next = work.pop(); next; next = work.pop()) {
    const chain = forest.chains[next.chain] as number[];
    const { children } = next.into;
    for (let at = next.from; at < next.to; ) {
      const node = chain[at] as number;
      children.push(child(node));
      at++;
      const fork = forest.forks.get(node);
      if (!fork) continue;
      const until = Math.min(fork.until ?? next.to, next.to);
      const join = fork.until === undefined ? undefined : chain[fork.until];
      const beside: ParallelNode = { kind: 'parallel', children: [], fromPrime: true };
      const add = (tree: SeriesNode, saves: number): void => {
        tree.saves = saves;
        beside.children.push(tree);
      };
      if (until > at)
        add(branch(next.chain, at, until), weightOf(q, node, chain[at]) + weightOf(q, chain[until - 1], join));
      for (const guest of fork.guests) {
        const hung = forest.chains[guest] as number[];
        add(wholeChain(guest), weightOf(q, node, hung[0]) + weightOf(q, hung[hung.length - 1], join));
      }
      children.push(beside);
      at = until;
    }
    if (backwards) children.reverse();
  }
  return root;
}
