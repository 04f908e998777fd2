/** `hive calibration` and `hive demand` as they are shown. */
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { calibrationLines } from '../../bin/support/calibration-view.ts';
import { demandLines, sparkline } from '../../bin/support/demand-view.ts';
import type { CapacityDesired } from '../../core/messages/capacity-desired.ts';
import { calibrationOf, coverageOf, type Judged } from '../../core/predict/calibration.ts';
import { NOW } from '../support/plans.ts';
import { hasControls } from './run-cli.ts';

const color = picocolors.createColors(false);
/** `of` predictions of the same probability, so many of which happened. */
const judged = (predicted: number, of: number, happened: number): Judged[] =>
  Array.from({ length: of }, (_, at) => ({ predicted, happened: at < happened }));

describe('hive calibration', () => {
  it('holds what was predicted against what happened, by deciles', () => {
    const in_time = calibrationOf([...judged(0.9, 10, 9), ...judged(0.25, 4, 1)]);
    const durations = coverageOf([{ actual_ms: 5, p50_ms: 6, p90_ms: 9 }]);
    const lines = calibrationLines({ plans: 14, ...(in_time && { in_time }), ...(durations && { durations }) }, color);
    expect(lines).toEqual([
      'of the last 14 plans',
      '',
      'Plans that are in time',
      '  14 predictions, 71 % happened; Brier 0.1179, skill 0.42',
      '  (reliability 0.0000, 0 is best; resolution 0.0862, more is better)',
      '  predicted   count  mean  happened  █ happened, │ predicted',
      '  20 %–30 %   4      25 %  25 %      █████│··············',
      '  90 %–100 %  10     90 %  90 %      ██████████████████│·',
      '',
      'How long attempts take',
      '  1 attempt: 100 % within the median predicted (50 % is right), 100 % within the 90th percentile (90 % is right)',
    ]);
  });

  it('marks where a bar should have ended that is too long, and says no skill where all happened', () => {
    const failures = calibrationOf(judged(0.1, 5, 5));
    const text = calibrationLines({ plans: 1, ...(failures && { failures }) }, color).join('\n');
    expect(text).toContain('██│█████████████████');
    expect(text).toContain('skill not told');
  });

  it('says so where nothing that was predicted has ended', () => {
    expect(calibrationLines({ plans: 0 }, color)).toEqual([
      'of the last 0 plans: nothing that was predicted has ended yet',
    ]);
  });
});

describe('hive demand', () => {
  const pool = (name: string, changes: Partial<CapacityDesired> = {}): CapacityDesired => ({
    ...{ event_id: 'e', at: NOW, schema_version: 1, pool: name, required_capabilities: ['build'] },
    ...{ desired_slots: 4, present_slots: 4, waiting: 0, load: 1.5, service_ms: 2000 },
    forecast: { mean: [1, 2, 4], p10: [0, 1, 2], p90: [2, 4, 7] },
    ...changes,
  });

  it('tells each pool, the one that lacks most first', () => {
    const lines = demandLines([pool('build'), pool('te\u001bst', { desired_slots: 6, waiting: 3 })], color);
    expect(lines[0]).toMatch(/^pool +desired +present +waiting +load +an attempt +arrivals/);
    expect(lines[1]).toMatch(/^te\\u001bst +6 +4 +3 +1\.50 +2\.0 s +▃▅█ 7 \(3–13\) in 3 m$/);
    expect(lines[2]).toMatch(/^build +4 +4 +0 /);
    expect(hasControls(lines.join('\n'))).toBe(false);
  });

  it('draws a forecast of nothing as a flat line, and no pool in a sentence', () => {
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(demandLines([], color)).toEqual(['no pool was used within seven days']);
  });
});
