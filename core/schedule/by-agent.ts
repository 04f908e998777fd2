import { forEachAtOnce } from '../at-once.ts';
import type { Match } from '../swarm/match.ts';

const AGENTS_AT_ONCE = 8;

/**
 * An agent's commits go one after the other: they would only conflict on its slots. One that fails does not keep the
 * others from being made; it is thrown when all have been tried.
 */
export async function byAgent<T>(matches: readonly Match[], run: (match: Match) => Promise<T>): Promise<T[]> {
  const lanes = new Map<string, Match[]>();
  for (const item of matches) lanes.set(item.agent.agent_id, [...(lanes.get(item.agent.agent_id) ?? []), item]);
  const results: T[] = [];
  const failures: unknown[] = [];
  await forEachAtOnce([...lanes.values()], AGENTS_AT_ONCE, async (lane) => {
    for (const item of lane) {
      try {
        results.push(await run(item));
      } catch (error) {
        failures.push(error);
      }
    }
  });
  if (failures.length > 0) throw failures[0];
  return results;
}
