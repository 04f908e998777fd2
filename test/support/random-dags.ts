/** Generators of DAGs of the kinds that plans have, as compiler tasks. */
import fc from 'fast-check';
import type { CompilerTask } from '../../core/plan/compile/index.ts';

export type Edge = readonly [number, number];

/** Tasks `t0` … from edges a → b; the numbering need not be topological. */
export function tasksOf(count: number, edges: readonly Edge[]): CompilerTask[] {
  const dependencies: string[][] = Array.from({ length: count }, () => []);
  for (const [a, b] of edges) dependencies[b]?.push(`t${a}`);
  return dependencies.map((list, i) => ({ task_id: `t${i}`, dependencies: list, required_capabilities: [] }));
}

/** Any DAG: each pair (a < b) with a density drawn first, so that sparse and dense ones are equally likely. */
const byDensity = fc
  .tuple(
    fc.integer({ min: 1, max: 24 }),
    fc.constantFrom(0.05, 0.1, 0.2, 0.4, 0.8),
    fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  )
  .map(([n, density, stream]) => {
    const edges: Edge[] = [];
    for (let b = 1; b < n; b++) for (let a = 0; a < b; a++) if (stream.next().value < density) edges.push([a, b]);
    return tasksOf(n, edges);
  });

/** Layers, each task following some of the layer before. */
const layered = fc
  .array(fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((layers) => {
    const edges: Edge[] = [];
    let start = 0;
    let before: number[] = [];
    for (const layer of layers) {
      const here = layer.map((_, i) => start + i);
      for (const [i, picks] of layer.entries())
        if (before.length > 0)
          for (const pick of picks) edges.push([before[pick % before.length] as number, here[i] as number]);
      start += layer.length;
      before = here;
    }
    return tasksOf(start, edges);
  });

type Shape = 'task' | 'n' | { series: Shape[] } | { parallel: Shape[] };

/** Nested series and parallel compositions; the leaves are tasks, and N-shapes (the smallest prime) when asked for. */
function composed(leaves: fc.Arbitrary<Shape>): fc.Arbitrary<CompilerTask[]> {
  const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
    shape: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaves,
      fc.array(tie('shape'), { minLength: 2, maxLength: 4 }).map((series): Shape => ({ series })),
      fc.array(tie('shape'), { minLength: 2, maxLength: 4 }).map((parallel): Shape => ({ parallel })),
    ),
  }));
  return shape.map((root) => {
    const edges: Edge[] = [];
    let count = 0;
    const place = (at: Shape): { sources: number[]; sinks: number[] } => {
      if (at === 'task') return { sources: [count], sinks: [count++] };
      if (at === 'n') {
        const [a, b, c, d] = [count++, count++, count++, count++];
        edges.push([a, c], [b, c], [b, d]);
        return { sources: [a, b], sinks: [c, d] };
      }
      if ('parallel' in at) {
        const parts = at.parallel.map(place);
        return { sources: parts.flatMap((part) => part.sources), sinks: parts.flatMap((part) => part.sinks) };
      }
      return at.series.map(place).reduce((left, right) => {
        for (const a of left.sinks) for (const b of right.sources) edges.push([a, b]);
        return { sources: left.sources, sinks: right.sinks };
      });
    };
    place(root);
    return tasksOf(count, edges);
  });
}

export const seriesParallel = composed(fc.constant<Shape>('task'));
const withPrimes = composed(fc.constantFrom<Shape>('task', 'n'));

/** Chains with a few edges across. */
const braided = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 6 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 }),
  )
  .map(([width, length, across]) => {
    const n = width * length;
    const edges: Edge[] = [];
    for (let i = width; i < n; i++) edges.push([i - width, i]);
    for (const [x, y] of across) if (x % n < y % n) edges.push([x % n, y % n]);
    return tasksOf(n, edges);
  });

/** A long chain with ears: side chains that leave it and come back, or only one of both, nested and crossing. */
const eared = fc
  .tuple(
    fc.integer({ min: 3, max: 12 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('both', 'both', 'leaves', 'returns'),
      ),
      {
        minLength: 1,
        maxLength: 7,
      },
    ),
  )
  .map(([length, ears]) => {
    const edges: Edge[] = [];
    for (let i = 1; i < length; i++) edges.push([i - 1, i]);
    let next = length;
    for (const [x, y, size, ends] of ears) {
      // Later ears may also hang in earlier ones.
      const from = x % next;
      const to = y % next;
      const first = next;
      // 0: as long as the part of the chain it runs beside.
      next += size || Math.max(1, to - from - 1);
      for (let i = first + 1; i < next; i++) edges.push([i - 1, i]);
      if (ends !== 'returns') edges.push([from, first]);
      if (ends === 'returns' || (ends === 'both' && from < to && to < length)) edges.push([next - 1, to]);
    }
    return acyclic(next, edges);
  });

/** Leaves out edges that would close a cycle. */
function acyclic(count: number, edges: readonly Edge[]): CompilerTask[] {
  const followers: number[][] = Array.from({ length: count }, () => []);
  const reaches = (from: number, to: number): boolean =>
    from === to || (followers[from] as number[]).some((next) => reaches(next, to));
  const kept = edges.filter(([a, b]) => {
    if (reaches(b, a)) return false;
    followers[a]?.push(b);
    return true;
  });
  return tasksOf(count, kept);
}

export const dags = fc.oneof(byDensity, layered, seriesParallel, withPrimes, braided, eared);
