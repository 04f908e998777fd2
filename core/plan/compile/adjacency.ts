/** Neighbour lists of a graph packed into two arrays: those of node i are list[start[i]] … list[start[i + 1] − 1]. */
export interface Adjacency {
  start: Int32Array;
  list: Int32Array;
}

/** Every edge turned round; the new lists are ascending. */
export function transpose({ start, list }: Adjacency): Adjacency {
  const n = start.length - 1;
  const turned: Adjacency = { start: new Int32Array(n + 1), list: new Int32Array(start[n] as number) };
  for (let e = 0; e < turned.list.length; e++) {
    const slot = (list[e] as number) + 1;
    turned.start[slot] = (turned.start[slot] as number) + 1;
  }
  for (let i = 0; i < n; i++) turned.start[i + 1] = (turned.start[i + 1] as number) + (turned.start[i] as number);
  const end = turned.start.slice(0, n);
  for (let i = 0; i < n; i++)
    for (let e = start[i] as number; e < (start[i + 1] as number); e++) {
      const to = list[e] as number;
      const at = end[to] as number;
      turned.list[at] = i;
      end[to] = at + 1;
    }
  return turned;
}

/** For where a graph is small or read once. */
export function neighbours({ start, list }: Adjacency, node: number): Int32Array {
  return list.subarray(start[node], start[node + 1]);
}
