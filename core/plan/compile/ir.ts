/** The intermediate form: what a machine does, bound to no account. Rendered by `renderAsl`, hashed into the shape. */
import type { Layout } from './layout.ts';
import { forkName } from './names.ts';
import type { SeriesNode, Tree } from './tree.ts';

export interface TicketState {
  kind: 'ticket';
  name: string;
  task_id: string;
  pool: string;
}
export interface ForkState {
  kind: 'fork';
  name: string;
  branches: IrState[][];
}
export type IrState = TicketState | ForkState;

export interface MachineIr {
  /** Goes up whenever `renderAsl` renders the same form differently: old machines then keep their old shape. */
  format: 1;
  /** What runs side by side from the start; each branch one state after another. */
  branches: IrState[][];
}

/** Branches in the order of their first tasks; forks numbered as they are read. Depth is bounded by the layout. */
export function toIr(layout: Layout, ticket: (task: number) => TicketState): MachineIr {
  let forks = 0;
  const branches = (node: Layout): IrState[][] =>
    node.children
      .map((branch) => ({ branch, first: firstTask(branch) }))
      .sort((a, b) => a.first - b.first)
      .map(({ branch }) => branch.children.map(state));
  const state = (item: Tree): IrState => {
    if (item.kind === 'task') return ticket(item.task);
    const name = forkName(++forks);
    return { kind: 'fork', name, branches: branches(item as Layout) };
  };
  return { format: 1, branches: branches(layout) };
}

function firstTask(tree: Tree): number {
  if (tree.kind === 'task') return tree.task;
  if (tree.kind === 'series') return firstTask((tree as SeriesNode).children[0] as Tree);
  return Math.min(...tree.children.map(firstTask));
}
