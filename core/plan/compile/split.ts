/** Splits a module of the kernel where its order falls apart: side by side, or one piece before the other. */
import type { Adjacency } from './adjacency.ts';
import type { Kernel } from './contract.ts';

export interface Splitter {
  /** @param nodes ascending @returns connected components, each ascending, by their first node */
  components(nodes: readonly number[]): number[][];
  /**
   * Cuts a module wherever all before comes before all after. Any topological order shows every cut: there, the covers
   * that cross are exactly maxima(before) × minima(after). Kept as running sums, so linear in the covers.
   * @param nodes ascending, hence in topological order
   */
  cuts(nodes: readonly number[]): number[][];
}

/** With scratch space for one kernel, so that each call costs what its nodes and their covers do. */
export function createSplitter({ successors, predecessors }: Kernel): Splitter {
  const size = successors.start.length - 1;
  const label = new Int32Array(size);
  const inDegree = new Int32Array(size);
  const outDegree = new Int32Array(size);
  const waiting = new Int32Array(size);
  const followed = new Uint8Array(size);
  let labels = 0;

  function components(nodes: readonly number[]): number[][] {
    const inside = ++labels;
    for (const node of nodes) label[node] = inside;
    const first = labels + 1;
    for (const start of nodes) {
      if (label[start] !== inside) continue;
      label[start] = ++labels;
      const reached = [start];
      for (let next = 0; next < reached.length; next++)
        for (const { start: from, list } of [predecessors, successors])
          for (
            let e = from[reached[next] as number] as number;
            e < (from[(reached[next] as number) + 1] as number);
            e++
          ) {
            const other = list[e] as number;
            if (label[other] !== inside) continue;
            label[other] = labels;
            reached.push(other);
          }
    }
    const parts: number[][] = Array.from({ length: labels - first + 1 }, () => []);
    for (const node of nodes) (parts[(label[node] as number) - first] as number[]).push(node);
    return parts;
  }

  function cuts(nodes: readonly number[]): number[][] {
    const inside = ++labels;
    for (const node of nodes) label[node] = inside;
    const within = ({ start, list }: Adjacency, node: number): number => {
      let count = 0;
      for (let e = start[node] as number; e < (start[node + 1] as number); e++)
        if (label[list[e] as number] === inside) count++;
      return count;
    };
    let minima = 0;
    let intoMinima = 0;
    for (const node of nodes) {
      outDegree[node] = within(successors, node);
      inDegree[node] = waiting[node] = within(predecessors, node);
      followed[node] = 0;
      if (inDegree[node] === 0) minima++;
    }
    let crossing = 0;
    let maxima = 0;
    let outOfMaxima = 0;
    const pieces: number[][] = [];
    let piece: number[] = [];
    for (const node of nodes) {
      crossing += (outDegree[node] as number) - (inDegree[node] as number);
      maxima++;
      outOfMaxima += outDegree[node] as number;
      minima--;
      intoMinima -= inDegree[node] as number;
      for (let e = predecessors.start[node] as number; e < (predecessors.start[node + 1] as number); e++) {
        const p = predecessors.list[e] as number;
        if (label[p] !== inside || followed[p] === 1) continue;
        followed[p] = 1;
        maxima--;
        outOfMaxima -= outDegree[p] as number;
      }
      for (let e = successors.start[node] as number; e < (successors.start[node + 1] as number); e++) {
        const s = successors.list[e] as number;
        if (label[s] !== inside) continue;
        waiting[s] = (waiting[s] as number) - 1;
        if (waiting[s] !== 0) continue;
        minima++;
        intoMinima += inDegree[s] as number;
      }
      piece.push(node);
      if (crossing === maxima * minima && crossing === outOfMaxima && crossing === intoMinima) {
        pieces.push(piece);
        piece = [];
      }
    }
    return pieces;
  }

  return { components, cuts };
}
