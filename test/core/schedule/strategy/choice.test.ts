import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../../adapters/memory/table.ts';
import { createMemoryTallies } from '../../../../adapters/memory/tallies.ts';
import { systemClock } from '../../../../adapters/system/clock.ts';
import { sha256 } from '../../../../adapters/system/digest.ts';
import { toBusEvent } from '../../../../core/ledger/project.ts';
import { BUS_EVENTS } from '../../../../core/messages/bus-events.ts';
import {
  CHOICE,
  decideStrategy,
  FIRST,
  reduceStrategy,
  type StrategyState,
} from '../../../../core/schedule/strategy/choice.ts';
import { createChooseStrategy } from '../../../../core/schedule/strategy/choose.ts';
import { createStrategyInForce } from '../../../../core/schedule/strategy/in-force.ts';
import { createOverrideStrategy } from '../../../../core/schedule/strategy/override.ts';
import { budgetState } from '../../../../core/slo/error-budget.ts';
import { TICKET_SLA } from '../../../../core/tally/series.ts';
import { NOW } from '../../../support/plans.ts';

const MINUTE_MS = 60_000;
const left = (remaining: number) => ({ state: budgetState(remaining), remaining, burn: 1 - remaining, events: 1000 });
const decide = (strategy: StrategyState['strategy'], remaining: number, since = 0) =>
  decideStrategy({ strategy, since }, left(remaining), NOW)?.to;

describe('The error budget', () => {
  it('puts what is critical first from a warning on, at once', () => {
    expect(decide('weighted-fair', 0.51)).toBeUndefined();
    for (const remaining of [0.5, 0.15, 0.05, -4])
      expect(decide('weighted-fair', remaining, NOW - 1)).toBe('critical-first');
  });

  it('shares turns out again once it is clearly healthy, and has been something else for a while', () => {
    expect(decide('critical-first', 0.52)).toBeUndefined();
    expect(decide('critical-first', 0.56)).toBe('weighted-fair');
    expect(decide('critical-first', 0.56, NOW - CHOICE.dwell_ms + 1)).toBeUndefined();
  });

  it('changes the strategy at most twice in half an hour, however it swings', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 100, maxLength: 200 }),
        (swings) => {
          let state: StrategyState = FIRST;
          const changes: number[] = [];
          swings.forEach((remaining, minute) => {
            const at = NOW + minute * MINUTE_MS;
            const event = decideStrategy(state, left(remaining), at);
            if (event === undefined) return;
            state = reduceStrategy(state, { event, at });
            changes.push(at);
          });
          changes.forEach((at, nth) => {
            const third = changes[nth + 2];
            if (third !== undefined) expect(third - at).toBeGreaterThanOrEqual(CHOICE.dwell_ms);
          });
        },
      ),
    );
  });
});

function hive() {
  const table = createMemoryTable();
  const ledger = createMemoryLedger(table);
  const tallies = createMemoryTallies();
  let now = NOW;
  const clock = { ...systemClock, now: () => now };
  const deps = { ledger, tallies, clock, sha256 };
  const count = (good: number, bad: number) =>
    tallies.add([{ series: TICKET_SLA, at: now, counts: { good, bad } }], `${now} ${good} ${bad}`);
  const wait = (ms: number) => {
    now += ms;
  };
  return {
    ...{ ...deps, table, count, wait },
    choose: createChooseStrategy(deps),
    override: createOverrideStrategy(deps),
    inForce: createStrategyInForce(deps),
  };
}
const operator = { by: 'ada', why: 'the fair is on' };

describe('The strategy in force', () => {
  it('is weighted fairness before anything was recorded, and a healthy budget records nothing', async () => {
    const { choose, inForce, ledger, count } = hive();
    await count(1000, 1);
    expect((await choose()).changed).toBeUndefined();
    expect(await ledger.loadStrategy()).toBeUndefined();
    expect((await inForce()).name).toBe('weighted-fair');
  });

  it('changes with the budget, which is recorded once, and rounds see it within ten seconds', async () => {
    const { choose, inForce, ledger, count, wait } = hive();
    await inForce();
    await count(900, 100);
    expect((await choose()).changed).toMatchObject({ from: 'weighted-fair', to: 'critical-first', cause: 'budget' });
    expect((await choose()).changed).toBeUndefined();
    expect((await ledger.loadStrategy())?.head.version).toBe(1);
    expect((await inForce()).name).toBe('weighted-fair');
    wait(10_000);
    expect((await inForce()).name).toBe('critical-first');
  });

  it('is what an operator says until then, whatever the budget says, and the budget goes on from there', async () => {
    const { choose, override, count, wait } = hive();
    await override({ strategy: 'round-robin', ...operator, for_ms: 10 * MINUTE_MS });
    await count(900, 100);
    wait(10 * MINUTE_MS - 1);
    expect((await choose()).state.strategy).toBe('round-robin');
    wait(1);
    expect((await choose()).changed).toMatchObject({
      from: 'round-robin',
      to: 'critical-first',
      cause: 'override_ended',
    });
    expect((await choose()).changed).toBeUndefined();
  });

  it('is handed back to the budget on an operator’s word, and nobody’s word need not be taken back', async () => {
    const { choose, override, count } = hive();
    expect(await override({ strategy: 'auto', ...operator })).toMatchObject({ changed: false });
    await override({ strategy: 'round-robin', ...operator });
    expect(await override({ strategy: 'auto', ...operator })).toMatchObject({
      changed: true,
      state: { strategy: 'round-robin' },
    });
    await count(900, 100);
    expect((await choose()).changed?.to).toBe('critical-first');
  });

  it('is overridden by its name and for a while only', async () => {
    const { override } = hive();
    await expect(override({ strategy: 'lottery' as never, ...operator })).rejects.toMatchObject({
      code: 'STRATEGY_UNKNOWN',
    });
    for (const for_ms of [0, -1, Number.NaN, 8 * 24 * 3_600_000])
      await expect(override({ strategy: 'auto', ...operator, for_ms })).rejects.toMatchObject({
        code: 'OVERRIDE_TOO_LONG',
      });
  });

  it('goes on as it was read last while the ledger cannot be read', async () => {
    const { override, ledger, clock, wait } = hive();
    await override({ strategy: 'round-robin', ...operator });
    let broken = false;
    const loadStrategy = () => (broken ? Promise.reject(new Error('away')) : ledger.loadStrategy());
    const inForce = createStrategyInForce({ ledger: { loadStrategy }, clock });
    expect((await inForce()).name).toBe('round-robin');
    broken = true;
    wait(60_000);
    expect((await inForce()).name).toBe('round-robin');
  });

  it('is told on the bus: who, why and until when', async () => {
    const { override, choose, count, wait, table } = hive();
    await override({ strategy: 'round-robin', ...operator });
    await count(900, 100);
    wait(3_600_000);
    await choose();
    const records = table
      .query('STRATEGY#scheduler')
      .flatMap(({ item }) => (item.record === undefined ? [] : [item.record]));
    const told = records.map((record) => toBusEvent(record as Parameters<typeof toBusEvent>[0])?.detail);
    expect(told.map((detail) => BUS_EVENTS.StrategyChanged.parse(detail))).toMatchObject([
      { from: 'weighted-fair', to: 'round-robin', cause: 'operator', ...operator, until: NOW + 3_600_000 },
      {
        from: 'round-robin',
        to: 'critical-first',
        cause: 'override_ended',
        budget: { state: 'exhausted', events: 1000 },
      },
    ]);
  });

  it('cannot be left by an event that knows another one', () => {
    const event = { type: 'StrategyChanged', from: 'round-robin', to: 'weighted-fair', cause: 'budget' } as const;
    expect(() => reduceStrategy(undefined, { event, at: NOW })).toThrow('weighted-fair is in force');
  });
});
