import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burnAlerts } from '../../../core/slo/burn-alerts.ts';
import { budgetState, burnRate, errorBudget } from '../../../core/slo/error-budget.ts';
import { OBJECTIVE } from '../../../core/slo/objective.ts';
import { outcomesIn } from '../../../core/slo/outcomes.ts';
import { NOW } from '../../support/plans.ts';

const MINUTE_MS = 60_000;
/** Every minute up to now: so many, of which a part bad. */
const minutes = (count: number, good: number, bad: number, until = NOW) =>
  Array.from({ length: count }, (_, at) => ({ at: until - (count - 1 - at) * MINUTE_MS, counts: { good, bad } }));

describe('An error budget', () => {
  it('is healthy over a half, a warning over a fifth, critical over a tenth, and else exhausted', () => {
    const states = [1, 0.51, 0.5, 0.21, 0.2, 0.11, 0.1, 0, -3].map(budgetState);
    const [healthy, warning, critical, exhausted] = ['healthy', 'warning', 'critical', 'exhausted'];
    expect(states).toEqual([healthy, healthy, warning, warning, critical, critical, exhausted, exhausted, exhausted]);
  });

  it('is spent once as many fail as the objective allows', () => {
    expect(errorBudget({ good: 9900, bad: 100 }).remaining).toBeCloseTo(0, 9);
    expect(errorBudget({ good: 9970, bad: 30 })).toMatchObject({ state: 'healthy', events: 10_000 });
    expect(errorBudget({ good: 9940, bad: 60 }).state).toBe('warning');
    expect(errorBudget({ good: 9700, bad: 300 })).toMatchObject({ state: 'exhausted' });
    expect(errorBudget({ good: 9700, bad: 300 }).remaining).toBeCloseTo(-2, 9);
  });

  it('says nothing by a handful of events', () => {
    expect(errorBudget({ good: 0, bad: OBJECTIVE.min_events - 1 })).toMatchObject({ state: 'healthy', remaining: 1 });
    expect(errorBudget({ good: 0, bad: OBJECTIVE.min_events }).state).toBe('exhausted');
    expect(burnRate({ good: 0, bad: 0 }, { ...OBJECTIVE, min_events: 0 })).toBe(0);
  });

  it('is still healthy after one late ticket, however few there were', () => {
    for (let events = 1; events < 1000; events++)
      expect(errorBudget({ good: events - 1, bad: 1 }).state).toBe('healthy');
  });

  it('never gets better by a failure, nor worse by a success', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (good, bad) => {
        fc.pre(good + bad >= OBJECTIVE.min_events);
        const { remaining } = errorBudget({ good, bad });
        expect(errorBudget({ good, bad: bad + 1 }).remaining).toBeLessThanOrEqual(remaining);
        expect(errorBudget({ good: good + 1, bad }).remaining).toBeGreaterThanOrEqual(remaining);
      }),
    );
  });

  it('counts the minutes of its window, the last one with it', () => {
    const counted = [-2, -1, 0, 1].map((at) => ({ at: NOW + at * MINUTE_MS, counts: { good: 1, bad: 2 } }));
    expect(outcomesIn(counted, 2 * MINUTE_MS, NOW)).toEqual({ good: 2, bad: 4 });
  });
});

describe('A burn alert', () => {
  const severities = (list: Parameters<typeof burnAlerts>[0]) =>
    burnAlerts(list, NOW).map(({ severity, burn }) => `${severity} ${burn}`);

  it('pages when an hour and its last five minutes burn 14.4 times too fast', () => {
    expect(severities(minutes(60, 85, 15))).toContain('page 14.4');
    expect(severities(minutes(60, 86, 14))).not.toContain('page 14.4');
  });

  it('ends soon after its cause, though the long window is still bad', () => {
    const over = [...minutes(55, 50, 50, NOW - 5 * MINUTE_MS), ...minutes(5, 100, 0)];
    expect(severities(over)).not.toContain('page 14.4');
  });

  it('waits for a bad moment to last', () => {
    const moment = [...minutes(4320, 100, 0, NOW - 5 * MINUTE_MS), ...minutes(5, 50, 50)];
    expect(severities(moment)).toEqual([]);
  });

  it('opens a ticket for a slow burn: 3 times too fast for a day, or the budget itself for three', () => {
    expect(severities(minutes(1440, 965, 35))).toEqual(['ticket 3', 'ticket 1']);
    expect(severities(minutes(4320, 985, 15))).toEqual(['ticket 1']);
    expect(severities(minutes(4320, 995, 5))).toEqual([]);
  });

  it('is not raised by a handful of events', () => {
    expect(severities([{ at: NOW, counts: { bad: OBJECTIVE.min_events - 1 } }])).toEqual([]);
  });
});
