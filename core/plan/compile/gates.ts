/** The covers that the machine does not enforce by itself. */
import type { Layout } from './layout.ts';
import type { Tree } from './tree.ts';

/**
 * A series-parallel order is the intersection of two linear ones: branches read forwards, and branches read backwards.
 * So one comparison in each tells whether the machine already runs a before b.
 * @returns gated covers [before, after] by task number, ascending
 */
export function gatesOf(covers: readonly (readonly number[])[], layout: Layout): [number, number][] {
  const forwards = rank(covers.length, layout, false);
  const backwards = rank(covers.length, layout, true);
  const gates: [number, number][] = [];
  for (const [a, list] of covers.entries())
    for (const b of list) {
      const inOrder =
        (forwards[a] as number) < (forwards[b] as number) && (backwards[a] as number) < (backwards[b] as number);
      if (!inOrder) gates.push([a, b]);
    }
  return gates;
}

/** Each task's place when branches are taken in (reverse) order. */
function rank(taskCount: number, layout: Layout, reverse: boolean): Int32Array {
  const place = new Int32Array(taskCount);
  let next = 0;
  const stack: Tree[] = [layout];
  for (let tree = stack.pop(); tree; tree = stack.pop()) {
    if (tree.kind === 'task') {
      place[tree.task] = next++;
      continue;
    }
    const { children } = tree;
    const backwards = tree.kind === 'parallel' && reverse;
    for (let i = 0; i < children.length; i++) stack.push(children[backwards ? i : children.length - 1 - i] as Tree);
  }
  return place;
}
