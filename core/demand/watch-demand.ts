/** Each pool's demand as counted, and what it asks for. Reads alone: who tells it, and to whom, is the caller's. */
import { forEachAtOnce } from '../at-once.ts';
import type { CapacityDesired } from '../messages/capacity-desired.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pool, ReadyQueue } from '../ports/ready-queue.ts';
import type { Tallies } from '../ports/tallies.ts';
import { ANY_CAPABILITY } from '../schedule/any-capability.ts';
import { hasCapabilities, healthOf } from '../swarm/agent.ts';
import { rowOf, totalOf } from '../tally/fold.ts';
import { MINUTE_MS, minuteOf, poolSeries } from '../tally/series.ts';
import { type Capacity, capacityFor } from './capacity.ts';

export interface WatchDemandDeps {
  tallies: Pick<Tallies, 'read'>;
  queue: Pick<ReadyQueue, 'pools' | 'list'>;
  agents: Pick<AgentRegistry, 'listByCapability'>;
  clock: Pick<Clock, 'now'>;
}

export interface Demand {
  readonly desired: CapacityDesired;
  /** it is to be told: it changed within the last minute, or nobody has heard of it for a quarter of an hour */
  readonly tell: boolean;
}

const HOUR_MS = 60 * MINUTE_MS;
const DAYS_READ = 7;
const MINUTES_READ = 120;
const WAITING_READ = 200;
/** Pools are never forgotten: there may be thousands, and each is a week of minutes. */
const POOLS_AT_ONCE = 8;
const TELL_EVERY_MS = 15 * MINUTE_MS;
/** Before any attempt has ended: as plans estimate by default; it counts as one attempt. */
const SERVICE_PRIOR_MS = 60_000;
/** Pools that nothing has arrived in for so long are nobody's business. */
const FORGOTTEN_MS = DAYS_READ * 24 * HOUR_MS;

/** @returns the demand of each pool that was used in the last seven days */
export function createWatchDemand({ tallies, queue, agents, clock }: WatchDemandDeps): () => Promise<Demand[]> {
  async function watch({ pool, required_capabilities }: Pool): Promise<Demand[]> {
    const now = clock.now();
    const at = minuteOf(now);
    const counted = await tallies.read(poolSeries(pool), at - FORGOTTEN_MS, at);
    const waiting = (await queue.list(pool, WAITING_READ)).length;
    const first = counted[0];
    if (first === undefined && waiting === 0) return [];
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    const began = Math.ceil((first?.at ?? at) / HOUR_MS) * HOUR_MS;
    const minutesFrom = Math.max(first?.at ?? at, at - MINUTES_READ * MINUTE_MS);
    const { served = 0, service_ms = 0 } = totalOf(counted.filter((minute) => minute.at >= at - 24 * HOUR_MS));
    const history = {
      minutes: rowOf(counted, 'arrivals', { from: minutesFrom, to: at, stepMs: MINUTE_MS }),
      hours: rowOf(counted, 'arrivals', { from: began, to: hour, stepMs: HOUR_MS }),
      service_ms: Math.max(1, (service_ms + SERVICE_PRIOR_MS) / (served + 1)),
      ...{ at, waiting },
    };
    const capacity = capacityFor(history);
    const before = capacityFor({ ...history, at: at - MINUTE_MS, minutes: history.minutes.slice(0, -1), waiting: 0 });
    const candidates = await agents.listByCapability(required_capabilities[0] ?? ANY_CAPABILITY);
    const present = candidates.filter(
      (agent) => healthOf(agent, now) === 'HEALTHY' && hasCapabilities(agent, required_capabilities),
    );
    const tell = capacity.desired_slots !== before.desired_slots || at % TELL_EVERY_MS === 0;
    return [{ tell, desired: desiredOf(pool, required_capabilities, capacity, history, present) }];
  }

  return async () => {
    const found: { pool: string; demands: Demand[] }[] = [];
    await forEachAtOnce(await queue.pools(), POOLS_AT_ONCE, async (pool) => {
      found.push({ pool: pool.pool, demands: await watch(pool) });
    });
    return found.sort((a, b) => (a.pool < b.pool ? -1 : 1)).flatMap(({ demands }) => demands);
  };
}

function desiredOf(
  pool: string,
  required_capabilities: readonly string[],
  { desired_slots, load, forecast: { mean, p10, p90 } }: Capacity,
  { at, waiting, service_ms }: { at: number; waiting: number; service_ms: number },
  present: readonly { capacity: number }[],
): CapacityDesired {
  const rounded = (row: readonly number[]) => row.map((one) => Math.round(one * 100) / 100);
  return {
    event_id: `DEMAND#${pool}@${at}`,
    at,
    schema_version: 1,
    pool,
    required_capabilities: [...required_capabilities],
    desired_slots,
    present_slots: present.reduce((sum, { capacity }) => sum + capacity, 0),
    waiting,
    load: Math.round(load * 1000) / 1000,
    service_ms: Math.round(service_ms),
    forecast: { mean: rounded(mean), p10: rounded(p10), p90: rounded(p90) },
  };
}
