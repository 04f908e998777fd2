import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryTallies } from '../../../adapters/memory/tallies.ts';
import { capacityFor, DEMAND_SETTINGS } from '../../../core/demand/capacity.ts';
import { forecast, seasonOf } from '../../../core/demand/forecast.ts';
import { erlangC, slotsFor } from '../../../core/demand/queueing.ts';
import { createWatchDemand } from '../../../core/demand/watch-demand.ts';
import { capacityDesired } from '../../../core/messages/capacity-desired.ts';
import { poolSeries } from '../../../core/tally/series.ts';
import { NOW } from '../../support/plans.ts';
import { agentOf } from '../../support/scheduling.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AT = Math.floor(NOW / DAY) * DAY;
const row = (count: number, of: (at: number) => number) => Array.from({ length: count }, (_, at) => of(at));

describe("Erlang's formula", () => {
  it('has the values of the tables', () => {
    // One server: the wait's probability is its load; two at a load of 1: 1/3.
    expect(erlangC(1, 0.5)).toBeCloseTo(0.5, 12);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    expect(erlangC(10, 8)).toBeCloseTo(0.40918, 4);
    expect(erlangC(3, 3)).toBe(1);
  });

  it('asks for more slots the more the load and the shorter the wait, always for more than the load', () => {
    const load = fc.double({ min: 0.001, max: 3000, noNaN: true });
    fc.assert(
      fc.property(load, load, fc.integer({ min: 1, max: 100_000 }), (a, b, wait_ms) => {
        const of = (one: number, wait: number) => slotsFor(one, MINUTE, { late: 0.1, wait_ms: wait });
        expect(of(a, wait_ms)).toBeGreaterThan(a);
        // Where the formula gives way to its limit, it is rounded to the safe side or by a slot.
        expect(of(Math.max(a, b), wait_ms)).toBeGreaterThanOrEqual(of(Math.min(a, b), wait_ms) - 60);
        if (a <= 1000) expect(of(a, wait_ms)).toBeLessThanOrEqual(of(a, wait_ms / 2));
      }),
    );
    expect(slotsFor(0, MINUTE, DEMAND_SETTINGS)).toBe(0);
  });
});

describe('the forecast of arrivals', () => {
  it('is nothing without history, and the level of what came where that is all there is', () => {
    expect(forecast({ minutes: [], hours: [], at: AT }, 3).mean).toEqual([0, 0, 0]);
    const { mean } = forecast({ minutes: row(60, () => 4), hours: [], at: AT }, 3);
    for (const one of mean) expect(one).toBeCloseTo(4, 6);
  });

  it('knows a morning before it comes', () => {
    const hours = row(7 * 24, (hour) => (hour % 24 >= 9 && hour % 24 < 17 ? 1200 : 60));
    const nine = AT + 9 * HOUR;
    const known = { minutes: row(120, () => 1), hours: [...hours, ...hours.slice(0, 8)], at: nine - 30 * MINUTE };
    const { mean } = forecast(known, 60);
    expect(mean[0]).toBeLessThan(3);
    expect(mean[59]).toBeGreaterThan(8);
  });

  it('forgets a burst that is over, and goes with one that is here', () => {
    const burst = (ago: number) => row(120, (at) => (120 - at > ago && 120 - at <= ago + 5 ? 100 : 2));
    const during = forecast({ minutes: burst(0), hours: [], at: AT }, 1).mean[0] ?? 0;
    const after = forecast({ minutes: burst(60), hours: [], at: AT }, 1).mean[0] ?? 0;
    expect(during).toBeGreaterThan(15);
    expect(after).toBeLessThan(4);
  });

  it('has wider intervals where arrivals come in bursts', () => {
    const even = forecast({ minutes: row(120, () => 5), hours: [], at: AT }, 1);
    const bursty = forecast({ minutes: row(120, (at) => (at % 5 === 0 ? 25 : 0)), hours: [], at: AT }, 1);
    expect(bursty.dispersion).toBeGreaterThan(3 * even.dispersion);
  });

  it('is sane for any history: never negative, in order, finite', () => {
    const counts = (maxLength: number) => fc.array(fc.oneof(fc.constant(0), fc.nat(100_000)), { maxLength });
    fc.assert(
      fc.property(counts(130), counts(200), fc.nat(1439), (minutes, hours, minute) => {
        const { mean, p10, p90, dispersion } = forecast({ minutes, hours, at: AT + minute * MINUTE }, 15);
        expect(mean).toHaveLength(15);
        for (const [step, one] of mean.entries()) {
          expect(Number.isFinite(one) && (p10[step] ?? -1) >= 0).toBe(true);
          expect(p10[step]).toBeLessThanOrEqual(one);
          expect(p90[step]).toBeGreaterThanOrEqual(one);
        }
        expect(dispersion).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('needs a day for a season', () => {
    expect(
      seasonOf(
        row(23, () => 60),
        AT,
      ),
    ).toBeUndefined();
    for (const one of seasonOf(
      row(24, () => 60),
      AT,
    ) ?? [])
      expect(one).toBeCloseTo(1, 9);
  });
});

describe('the capacity that is asked for', () => {
  const history = { hours: [], at: AT, service_ms: MINUTE, waiting: 0 };

  it('comes at once, and goes when it was not needed for a while', () => {
    const quiet = row(120, () => 1);
    const calm = capacityFor({ ...history, minutes: quiet }).desired_slots;
    const risen = capacityFor({ ...history, minutes: [...quiet, 60] }).desired_slots;
    expect(risen).toBeGreaterThan(calm);
    const later = (minutes: number) =>
      capacityFor({ ...history, minutes: [...quiet, 60, ...row(minutes, () => 1)] }).desired_slots;
    expect(later(3)).toBe(risen);
    expect(later(60)).toBe(calm);
  });

  it('is for those that wait, too, and none for a pool that nobody uses', () => {
    expect(capacityFor({ ...history, minutes: row(120, () => 0) }).desired_slots).toBe(0);
    expect(capacityFor({ ...history, minutes: [] }).desired_slots).toBe(0);
    expect(capacityFor({ ...history, minutes: [], waiting: 100 }).desired_slots).toBeGreaterThan(6);
  });
});

describe('the watch over demand', () => {
  it('reads of few pools at a time, in their order, and of no agents where nothing was counted', async () => {
    let [reading, most] = [0, 0];
    const pools = Array.from({ length: 100 }, (_, at) => ({
      pool: `pool-${100 + at}`,
      required_capabilities: ['build'],
    }));
    const used = ['pool-150', 'pool-120'].map(poolSeries);
    let agentsListed = 0;
    const watch = createWatchDemand({
      tallies: {
        read: async (series) => {
          most = Math.max(most, ++reading);
          await Promise.resolve();
          reading--;
          return used.includes(series) ? [{ at: AT - MINUTE, counts: { arrivals: 4 } }] : [];
        },
      },
      queue: { pools: async () => pools.toReversed(), list: async () => [] },
      agents: {
        listByCapability: async () => {
          agentsListed++;
          return [];
        },
      },
      clock: { now: () => AT },
    });
    expect((await watch()).map(({ desired }) => desired.pool)).toEqual(['pool-120', 'pool-150']);
    expect(agentsListed).toBe(2);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('tells of each pool that was used what it needs and has, when that changes', async () => {
    const tallies = createMemoryTallies();
    for (let back = 120; back >= 1; back--) {
      const counts = { arrivals: 4, served: 4, service_ms: 4 * 30_000 };
      await tallies.add([{ series: poolSeries('busy'), at: AT - back * MINUTE, counts }], `${back}`);
    }
    let now = AT + 7 * MINUTE + 5;
    const pools = ['busy', 'idle'].map((pool) => ({ pool, required_capabilities: ['build'] }));
    const agents = [agentOf('a', { capacity: 3, heartbeat_at: now }), agentOf('b', { heartbeat_at: now - DAY })];
    const watch = createWatchDemand({
      tallies,
      queue: { pools: async () => pools, list: async () => [] },
      agents: { listByCapability: async () => agents },
      clock: { now: () => now },
    });
    const told = await watch();
    expect(told.map(({ desired }) => desired.pool)).toEqual(['busy']);
    const [first] = told;
    expect(capacityDesired.parse(first?.desired)).toEqual(first?.desired);
    expect(first?.desired).toMatchObject({ present_slots: 3, waiting: 0, event_id: `DEMAND#busy@${AT + 7 * MINUTE}` });
    expect(first?.desired.desired_slots).toBeGreaterThan(1);
    // What has changed since is told; what has not is told once in a quarter of an hour.
    const tells: boolean[] = [];
    let last = first?.desired.desired_slots;
    for (let minute = 8; minute < 140; minute++) {
      now = AT + minute * MINUTE + 5;
      const [next] = await watch();
      const changed = next?.desired.desired_slots !== last;
      last = next?.desired.desired_slots;
      if (changed || minute % 15 === 0) expect(next?.tell).toBe(true);
      else tells.push(next?.tell ?? false);
    }
    expect(last).toBe(0);
    expect(tells.filter(Boolean).length).toBeLessThan(3);
  });
});
