/** The machine as a tree: tasks one after another (series) or side by side (parallel). */

export type Tree = TaskLeaf | SeriesNode | ParallelNode;
export interface TaskLeaf {
  kind: 'task';
  task: number;
}
export interface SeriesNode {
  kind: 'series';
  children: Tree[];
  /** As a branch: covers that become gates if the branch is moved out of its Parallel. Absent: not known yet. */
  saves?: number;
}
export interface ParallelNode {
  kind: 'parallel';
  children: Tree[];
  /** Not the plan's own structure: there only to save gates. */
  fromPrime?: boolean;
}

export const leaf = (task: number): TaskLeaf => ({ kind: 'task', task });
export const series = (...children: Tree[]): SeriesNode => ({ kind: 'series', children });
export const parallel = (...children: Tree[]): ParallelNode => ({ kind: 'parallel', children });
