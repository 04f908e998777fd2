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
  /** Goes up when the form's meaning changes. How it is rendered, and to what it is bound, is in the machine's name. */
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
  return tree.children.reduce((first, child) => Math.min(first, firstTask(child)), Number.POSITIVE_INFINITY);
}

/** The form and its gates as text, the same for the same shape alone; shorter than JSON of the form itself. */
export function fingerprint(ir: MachineIr, gates: readonly number[]): string {
  // Numbers are structure, all else is text: nothing in a name can pass for a bracket.
  const OPEN_FORK = 1;
  const OPEN_BRANCH = 2;
  const CLOSE = 3;
  const parts: (string | number | null)[] = [ir.format];
  const write = (branches: readonly IrState[][]): void => {
    for (const branch of branches) {
      parts.push(OPEN_BRANCH);
      for (const state of branch)
        if (state.kind === 'ticket')
          parts.push(state.name, state.task_id === state.name ? null : state.task_id, state.pool);
        else {
          parts.push(OPEN_FORK);
          write(state.branches);
          parts.push(CLOSE);
        }
      parts.push(CLOSE);
    }
  };
  write(ir.branches);
  return JSON.stringify([parts, gates.join()]);
}
