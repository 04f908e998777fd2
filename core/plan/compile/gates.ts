/** The covers that the machine does not enforce by itself. */
import type { Adjacency } from './adjacency.ts';
import type { Layout } from './layout.ts';
import type { Tree } from './tree.ts';

/**
 * A series-parallel order is the intersection of two linear ones: branches read forwards, and branches read backwards.
 * So one comparison in each tells whether the machine already runs a before b.
 * @returns gated covers by task number, ascending: before, after, before, after …
 */
export function gatesOf({ start, list }: Adjacency, layout: Layout): number[] {
  const taskCount = start.length - 1;
  const forwards = rank(taskCount, layout, false);
  const backwards = rank(taskCount, layout, true);
  const gates: number[] = [];
  for (let a = 0; a < taskCount; a++)
    for (let e = start[a] as number; e < (start[a + 1] as number); e++) {
      const b = list[e] as number;
      const inOrder =
        (forwards[a] as number) < (forwards[b] as number) && (backwards[a] as number) < (backwards[b] as number);
      if (!inOrder) gates.push(a, b);
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
