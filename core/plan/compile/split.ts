/** Splits a module of the kernel where its order falls apart: side by side, or one piece before the other. */
import type { Kernel } from './contract.ts';

/** @param nodes ascending @returns connected components, each ascending, by their first node */
export function components(kernel: Kernel, nodes: readonly number[]): number[][] {
  const component = new Map<number, number>(nodes.map((node) => [node, -1]));
  const parts: number[][] = [];
  for (const start of nodes) {
    if (component.get(start) !== -1) continue;
    const part = parts.length;
    const reached = [start];
    component.set(start, part);
    for (let next = 0; next < reached.length; next++) {
      const node = reached[next] as number;
      for (const lists of [kernel.predecessors, kernel.successors])
        for (const other of lists[node] as number[])
          if (component.get(other) === -1) {
            component.set(other, part);
            reached.push(other);
          }
    }
    parts.push([]);
  }
  for (const node of nodes) (parts[component.get(node) as number] as number[]).push(node);
  return parts;
}

/**
 * Cuts a module wherever all before comes before all after. Any topological order shows every cut: there, the covers
 * that cross are exactly maxima(before) × minima(after). Kept as running sums, so linear in the covers.
 * @param nodes ascending, hence in topological order
 */
export function cuts(kernel: Kernel, nodes: readonly number[]): number[][] {
  const inside = new Set(nodes);
  const ins = new Map<number, number[]>();
  const outs = new Map<number, number[]>();
  for (const node of nodes) {
    ins.set(
      node,
      (kernel.predecessors[node] as number[]).filter((p) => inside.has(p)),
    );
    outs.set(
      node,
      (kernel.successors[node] as number[]).filter((s) => inside.has(s)),
    );
  }
  const inDegree = (node: number): number => (ins.get(node) as number[]).length;
  const outDegree = (node: number): number => (outs.get(node) as number[]).length;
  const followed = new Map<number, number>();
  const waiting = new Map<number, number>();
  let minima = 0;
  let intoMinima = 0;
  for (const node of nodes) {
    waiting.set(node, inDegree(node));
    if (inDegree(node) === 0) minima++;
  }
  let crossing = 0;
  let maxima = 0;
  let outOfMaxima = 0;
  const pieces: number[][] = [];
  let piece: number[] = [];
  for (const node of nodes) {
    crossing += outDegree(node) - inDegree(node);
    maxima++;
    outOfMaxima += outDegree(node);
    minima--;
    intoMinima -= inDegree(node);
    for (const p of ins.get(node) as number[]) {
      const count = followed.get(p) ?? 0;
      followed.set(p, count + 1);
      if (count > 0) continue;
      maxima--;
      outOfMaxima -= outDegree(p);
    }
    for (const s of outs.get(node) as number[]) {
      const left = (waiting.get(s) as number) - 1;
      waiting.set(s, left);
      if (left > 0) continue;
      minima++;
      intoMinima += inDegree(s);
    }
    piece.push(node);
    if (crossing === maxima * minima && crossing === outOfMaxima && crossing === intoMinima) {
      pieces.push(piece);
      piece = [];
    }
  }
  return pieces;
}
