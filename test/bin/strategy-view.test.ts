/** `hive strategy` as it is shown. */
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { span } from '../../bin/support/options.ts';
import { strategyLines } from '../../bin/support/strategy-view.ts';
import type { StrategyView } from '../../core/messages/strategy-api.ts';
import { NOW } from '../support/plans.ts';
import { hasControls } from './run-cli.ts';

const color = picocolors.createColors(false);
const view = (changes: Partial<StrategyView> = {}, budget: Partial<StrategyView['budget']> = {}): StrategyView => ({
  ...{ strategy: 'weighted-fair', version: 0, why: 'it is the one that scheduling begins with' },
  ...changes,
  budget: {
    ...{ state: 'healthy', remaining: 0.75, burn: 0.25, events: 400, target: 0.99, window_ms: 3 * 86_400_000 },
    ...{ alerts: [], ...budget },
  },
});

describe('hive strategy', () => {
  it('shows the strategy, why, and what is left of the budget', () => {
    expect(strategyLines(view(), NOW, color)).toEqual([
      'weighted-fair',
      '  why     it is the one that scheduling begins with',
      '  budget  ███████████████░░░░░ 75 % left: healthy',
      '          99 % of tickets by their deadlines, over 3 days: burns at 0.25 of what it allows (400 tickets)',
    ]);
  });

  it('shows until when an operator’s word holds, harmlessly', () => {
    const override = { by: 'ada', why: 'x', until: NOW + 60_000 };
    const lines = strategyLines(view({ since: NOW - 5000, why: 'a\u001b[2J', override }), NOW, color);
    expect(lines[0]).toBe('weighted-fair, for 5.0 s (since 2026-06-01T11:59:55Z)');
    expect(lines[2]).toBe('  until   2026-06-01T12:01:00Z, in 1 m 00 s; then the error budget decides');
    expect(hasControls(lines.join('\n'))).toBe(false);
  });

  it('shows an overspent budget as empty, with the alarms', () => {
    const alert = {
      severity: 'page',
      burn: 14.4,
      long_ms: 3_600_000,
      short_ms: 300_000,
      long_burn: 50,
      short_burn: 20,
    };
    const alerts = [alert as StrategyView['budget']['alerts'][number]];
    const lines = strategyLines(view({}, { state: 'exhausted', remaining: -49, alerts }), NOW, color);
    expect(lines[2]).toBe('  budget  ░░░░░░░░░░░░░░░░░░░░ -4900 % left: exhausted');
    expect(lines.at(-1)).toBe('  page    burns at 50.0 over 1 h 00 m, at 20.0 over 5 m 00 s');
  });
});

describe('a length of time', () => {
  it('is a number with its unit', () => {
    expect(['90m', '2h', '1.5d', '10s'].map(span)).toEqual([5_400_000, 7_200_000, 129_600_000, 10_000]);
    for (const text of ['2', 'h', '0s', '-1h', '1w', '']) expect(() => span(text)).toThrow('give a length of time');
  });
});
