/** Neighbour lists that shrink while nodes merge, read through what the nodes they name have become. */
import type { Adjacency } from './adjacency.ts';

/** In `into`: the node is no more, nor any that took its place. */
export const GONE = -1;

export interface Lists {
  /** Living neighbours. */
  count(node: number): number;
  /** Brings a node's list up to date: after it, `at` gives living neighbours for every i < count. */
  refresh(node: number): void;
  at(node: number, i: number): number;
  /** One neighbour is gone; the list itself is brought up to date later. */
  lose(node: number): void;
  /** a takes over the list of b. */
  adopt(a: number, b: number): void;
  /** Whether two nodes have the same neighbours. */
  same(a: number, b: number): boolean;
  /** The lists of `members`, who are numbered by their places there; in no order. */
  pack(members: readonly number[]): Adjacency;
}

/** @param into per node: itself, or the node it became part of, or GONE; changed by the caller as nodes merge */
export function createLists({ start, list }: Adjacency, into: Int32Array): Lists {
  const n = into.length;
  const first = start.slice(0, n);
  const stored = new Int32Array(n);
  for (let i = 0; i < n; i++) stored[i] = (start[i + 1] as number) - (start[i] as number);
  const living = stored.slice();
  const neighbour = list.slice();
  const mark = new Int32Array(n);
  let marks = 0;

  const find = (node: number): number => {
    let root = into[node] as number;
    if (root === node || root === GONE) return root;
    while (root !== GONE && into[root] !== root) root = into[root] as number;
    for (let at = node; at !== root && at !== GONE; ) {
      const next = into[at] as number;
      into[at] = root;
      at = next;
    }
    return root;
  };
  const at = (node: number, i: number): number => neighbour[(first[node] as number) + i] as number;
  const count = (node: number): number => living[node] as number;
  const refresh = (node: number): void => {
    const from = first[node] as number;
    const to = from + (stored[node] as number);
    let kept = from;
    for (let e = from; e < to; e++) {
      const other = find(neighbour[e] as number);
      if (other !== GONE) neighbour[kept++] = other;
    }
    stored[node] = kept - from;
  };

  return {
    count,
    refresh,
    at,
    lose(node) {
      living[node] = (living[node] as number) - 1;
    },
    adopt(a, b) {
      first[a] = first[b] as number;
      stored[a] = stored[b] as number;
      living[a] = living[b] as number;
    },
    same(a, b) {
      if (living[a] !== living[b]) return false;
      refresh(a);
      refresh(b);
      marks++;
      for (let i = 0; i < count(a); i++) mark[at(a, i)] = marks;
      for (let i = 0; i < count(b); i++) if (mark[at(b, i)] !== marks) return false;
      return true;
    },
    pack(members) {
      const place = new Int32Array(n);
      for (const [k, node] of members.entries()) place[node] = k;
      const packed: Adjacency = { start: new Int32Array(members.length + 1), list: new Int32Array(neighbour.length) };
      let size = 0;
      for (const [k, node] of members.entries()) {
        refresh(node);
        for (let i = 0; i < count(node); i++) packed.list[size++] = place[at(node, i)] as number;
        packed.start[k + 1] = size;
      }
      packed.list = packed.list.subarray(0, size);
      return packed;
    },
  };
}
