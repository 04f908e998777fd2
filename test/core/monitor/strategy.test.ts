/** Which strategy is in force, and why. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { strategyView } from '../../../core/messages/strategy-api.ts';
import { createChooseStrategy } from '../../../core/schedule/strategy/choose.ts';
import { TICKET_SLA } from '../../../core/tally/series.ts';
import { createMonitoredHive } from '../../support/monitored-hive.ts';
import { NOW } from '../../support/plans.ts';

const MINUTE = 60_000;
const asked = { by: 'ada', why: 'release night' };

describe('the strategy in force', () => {
  it('is the first one while nothing was said, with a whole budget', async () => {
    const { monitor } = createMonitoredHive();
    const told = await monitor.getStrategy();
    expect(told).toMatchObject({ strategy: 'weighted-fair', version: 0, budget: { state: 'healthy', remaining: 1 } });
    expect(told).not.toHaveProperty('since');
    expect(strategyView.parse(told)).toEqual(told);
  });

  it('names the operator who said so, and until when', async () => {
    const hive = createMonitoredHive();
    const answer = await hive.operations.overrideStrategy({ ...asked, strategy: 'critical-first', for_ms: 5 * MINUTE });
    expect(answer).toEqual({ id: 'strategy', phase: 'critical-first', changed: true });
    const told = await hive.monitor.getStrategy();
    expect(told).toMatchObject({ strategy: 'critical-first', since: NOW, why: 'ada said so: release night' });
    expect(told.override).toEqual({ ...asked, until: NOW + 5 * MINUTE });
    hive.clock.advance(6 * MINUTE);
    expect((await hive.monitor.getStrategy()).why).toContain('for a time that is over');
  });

  it('names who handed the choice back', async () => {
    const hive = createMonitoredHive();
    await hive.operations.overrideStrategy({ ...asked, strategy: 'round-robin', for_ms: undefined });
    const back = { by: 'grace', why: 'it is out', strategy: 'auto' as const, for_ms: undefined };
    expect((await hive.operations.overrideStrategy(back)).changed).toBe(true);
    expect((await hive.operations.overrideStrategy(back)).changed).toBe(false);
    expect((await hive.monitor.getStrategy()).why).toBe('grace handed the choice back to the error budget: it is out');
  });

  it('is what a spent budget asks for, with the alerts that go with it', async () => {
    const hive = createMonitoredHive();
    await hive.tallies.add([{ series: TICKET_SLA, at: NOW, counts: { good: 500, bad: 500 } }], 'once');
    await createChooseStrategy({ ...hive, sha256 })();
    const told = await hive.monitor.getStrategy();
    expect(told).toMatchObject({ strategy: 'critical-first', cause: 'budget', budget: { state: 'exhausted' } });
    expect(told.why).toBe('the error budget was exhausted, -4900 % of it left');
    expect(told.budget.alerts[0]?.severity).toBe('page');
    expect(strategyView.parse(told)).toEqual(told);
  });

  it('is not overridden for longer than a week', async () => {
    const { operations } = createMonitoredHive();
    const long = operations.overrideStrategy({ ...asked, strategy: 'round-robin', for_ms: 8 * 24 * 60 * MINUTE });
    await expect(long).rejects.toMatchObject({ code: 'OVERRIDE_TOO_LONG', status: 422 });
  });
});
