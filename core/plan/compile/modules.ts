/** The children of a prime module, by partition refinement (Habib, Paul 2010, section 4). */
import type { Closure } from './closure.ts';
import type { Kernel } from './contract.ts';

/**
 * Comparisons spent on looking for modules. In a reduced kernel only one that holds another prime inside can be left,
 * which is rare; without an answer in time the nodes themselves are taken as children, which costs gates at most, never
 * correctness.
 */
const PATIENCE = 100_000;
/** Below this many comparisons a node, a search would not come to an end. */
const LEAST_PER_NODE = 25;

/**
 * Splits a connected, uncut set into modules: sets that every node outside sees as one. They are the maximal ones
 * unless one of them reaches from the first node to the last.
 * @param nodes ascending @returns ascending sets, by their first node
 */
export function strongModules(
  kernel: Kernel,
  nodes: readonly number[],
  precedes: Closure['precedes'],
  comparisons = PATIENCE,
): number[][] {
  const alone = () => nodes.map((node) => [node]);
  if (comparisons < nodes.length * LEAST_PER_NODE) return alone();
  const patience = { left: comparisons };
  const first = nodes[0] as number;
  const last = nodes[nodes.length - 1] as number;
  const sees = relation(kernel, precedes);
  const away = refine(nodes, first, sees, patience);
  const around = away && refine(nodes, last, sees, patience)?.find((set) => set.includes(first));
  if (away === undefined || around === undefined) return alone();
  const taken = new Set(around);
  const modules = [around, ...away.filter((set) => !taken.has(set[0] as number))];
  return modules.sort((a, b) => (a[0] as number) - (b[0] as number));
}

type Relation = (a: number, b: number) => number;

function relation(kernel: Kernel, precedes: Closure['precedes']): Relation {
  const members = Int32Array.from(kernel.members);
  return (a, b) => {
    if (a < b) return precedes(members[a] as number, members[b] as number) ? 1 : 0;
    return precedes(members[b] as number, members[a] as number) ? 2 : 0;
  };
}

/** The maximal modules without the pivot; undefined when out of patience. */
function refine(
  nodes: readonly number[],
  pivot: number,
  sees: Relation,
  patience: { left: number },
): number[][] | undefined {
  const base = nodes[0] as number;
  const done: number[][] = [];
  let open: number[][] = [nodes.filter((node) => node !== pivot)];
  // The set of each node, known by its first node; before the first split, by none.
  const home = new Int32Array((nodes[nodes.length - 1] as number) - base + 1).fill(-1);
  const splitAll = (by: number): boolean => {
    const own = home[by - base];
    let changed = false;
    const next: number[][] = [];
    for (const set of open) {
      if (set[0] === own) {
        next.push(set);
        continue;
      }
      patience.left -= set.length;
      const first = sees(by, set[0] as number);
      let same = 1;
      while (same < set.length && sees(by, set[same] as number) === first) same++;
      if (same === set.length) {
        next.push(set);
        continue;
      }
      const groups: number[][] = [[], [], []];
      for (const node of set) (groups[sees(by, node)] as number[]).push(node);
      const parts = groups.filter((group) => group.length > 0);
      changed = true;
      for (const part of parts) {
        for (const node of part) home[node - base] = part[0] as number;
        (part.length === 1 ? done : next).push(part);
      }
    }
    open = next;
    return changed;
  };
  splitAll(pivot);
  for (let changed = true; changed && open.length > 0; ) {
    changed = false;
    for (const node of nodes) {
      if (open.length === 0) break;
      if (patience.left < 0) return undefined;
      if (splitAll(node)) changed = true;
    }
  }
  return [...done, ...open];
}
