/** How long a plan takes with agents without end: of its DAG, of its machine with its gates, of level barriers. */
import type { Compiled, CompilerTask } from '../../core/plan/compile/index.ts';
import type { IrState } from '../../core/plan/compile/ir.ts';

type Durations = ReadonlyMap<string, number>;

export function dagLength(tasks: readonly CompilerTask[], durations: Durations): number {
  const edges = tasks.flatMap((task) => task.dependencies.map((id): [string, string] => [id, task.task_id]));
  return longest(
    edges,
    tasks.map((task) => task.task_id),
    durations,
  );
}

/** Joins between states are nodes of no duration, so that a wide fork before a wide join stays linear. */
export function machineLength({ ir, gates }: Compiled, durations: Durations): number {
  const edges: [string, string][] = gates.map(({ before, after }) => [`task ${before}`, `task ${after}`]);
  const timed = new Map<string, number>();
  let joins = 0;
  const walk = (branches: readonly IrState[][], from: string): string => {
    const exit = `join ${++joins}`;
    for (const branch of branches) {
      let at = from;
      for (const state of branch) {
        if (state.kind === 'fork') {
          at = walk(state.branches, at);
          continue;
        }
        const node = `task ${state.task_id}`;
        timed.set(node, durations.get(state.task_id) ?? 0);
        edges.push([at, node]);
        at = node;
      }
      edges.push([at, exit]);
    }
    return exit;
  };
  walk(ir.branches, 'start');
  const nodes = new Set(edges.flat());
  return longest(edges, [...nodes], timed);
}

export function barrierLength(levels: readonly (readonly string[])[], durations: Durations): number {
  return levels.reduce((sum, level) => sum + Math.max(...level.map((id) => durations.get(id) ?? 0)), 0);
}

function longest(edges: readonly [string, string][], nodes: readonly string[], durations: Durations): number {
  const followers = new Map<string, string[]>(nodes.map((node) => [node, []]));
  const unmet = new Map<string, number>(nodes.map((node) => [node, 0]));
  for (const [a, b] of edges) {
    followers.get(a)?.push(b);
    unmet.set(b, (unmet.get(b) ?? 0) + 1);
  }
  const begins = new Map<string, number>();
  const ready = nodes.filter((node) => unmet.get(node) === 0);
  let end = 0;
  for (let at = 0; at < ready.length; at++) {
    const node = ready[at] as string;
    const done = (begins.get(node) ?? 0) + (durations.get(node) ?? 0);
    end = Math.max(end, done);
    for (const next of followers.get(node) ?? []) {
      begins.set(next, Math.max(begins.get(next) ?? 0, done));
      const left = (unmet.get(next) ?? 0) - 1;
      unmet.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  if (ready.length < nodes.length) throw new Error('the order has a cycle');
  return end;
}
