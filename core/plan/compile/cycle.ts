/** A cycle, given that there is one. */
import { type Adjacency, neighbours } from './adjacency.ts';

/**
 * Follows unmet predecessors until a task comes up again; what lies between is a cycle.
 * @param predecessors by task number
 * @param unmet per task, how many predecessors Kahn's algorithm could not finish; > 0 on and behind every cycle
 * @returns the cycle in the direction of execution, its first task repeated at the end
 */
export function findCycle(predecessors: Adjacency, unmet: Int32Array): number[] {
  const seenAt = new Map<number, number>();
  const path: number[] = [];
  let at = unmet.findIndex((count) => count > 0);
  while (!seenAt.has(at)) {
    seenAt.set(at, path.length);
    path.push(at);
    at = neighbours(predecessors, at).find((p) => (unmet[p] as number) > 0) as number;
  }
  const cycle = path.slice(seenAt.get(at));
  return [at, ...cycle.reverse()];
}
