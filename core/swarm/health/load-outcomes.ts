/** What the trails know of each agent, over all pools. Past epochs never change: a process reads them once. */
import { forEachAtOnce } from '../../at-once.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReadyQueue } from '../../ports/ready-queue.ts';
import type { Trails } from '../../ports/trails.ts';
import { estimatesOf } from '../../trail/learn.ts';
import { EPOCH_MS, EPOCHS_READ, epochOf, type TrailRow } from '../../trail/sums.ts';
import { HEALTH_SETTINGS } from './settings.ts';
import { type OutcomesOf, outcomesFrom } from './signs.ts';

const READS_AT_ONCE = 16;
/** An attempt that ended just before midnight may be committed after it. */
const SETTLED_MS = 60_000;

export function createLoadOutcomes({
  trails,
  queue,
  clock,
}: {
  trails: Trails;
  queue: Pick<ReadyQueue, 'pools'>;
  clock: Clock;
}): () => Promise<OutcomesOf> {
  /** settled ones, by epoch and pool */
  const past = new Map<number, Map<string, readonly TrailRow[]>>();

  async function rowsOf(pool: string, epoch: number, now: number): Promise<readonly TrailRow[]> {
    const known = past.get(epoch)?.get(pool);
    if (known !== undefined) return known;
    const rows = await trails.read(pool, epoch);
    if (now >= (epoch + 1) * EPOCH_MS + SETTLED_MS) past.set(epoch, (past.get(epoch) ?? new Map()).set(pool, rows));
    return rows;
  }

  return async () => {
    const now = clock.now();
    const epochs = Array.from({ length: EPOCHS_READ }, (_, back) => epochOf(now) - back);
    for (const epoch of past.keys()) if (!epochs.includes(epoch)) past.delete(epoch);
    const pools = (await queue.pools()).map(({ pool }) => pool);
    const byPool = new Map<string, TrailRow[]>(pools.map((pool) => [pool, []]));
    const reads = pools.flatMap((pool) => epochs.map((epoch) => ({ pool, epoch })));
    await forEachAtOnce(reads, READS_AT_ONCE, async ({ pool, epoch }) => {
      for (const row of await rowsOf(pool, epoch, now)) byPool.get(pool)?.push(row);
    });
    return outcomesOver([...byPool.values()], now);
  };
}

/** Work of one name in two pools is two kinds of work. */
export function outcomesOver(pools: readonly (readonly TrailRow[])[], now: number): OutcomesOf {
  const estimates = pools.map((rows) => estimatesOf(rows, now));
  const kinds = new Map<string, Set<string>>();
  pools.forEach((rows, index) => {
    for (const { agent_id, task_type } of rows)
      kinds.set(agent_id, (kinds.get(agent_id) ?? new Set()).add(`${index} ${task_type}`));
  });
  return outcomesFrom(
    (agentId, kind) => {
      const end = kind.indexOf(' ');
      const of = estimates[Number(kind.slice(0, end))];
      if (of === undefined) throw new RangeError(`no pool of ${kind}`);
      return of(agentId, kind.slice(end + 1));
    },
    (agentId) => [...(kinds.get(agentId) ?? [])],
    HEALTH_SETTINGS.deviations,
  );
}
