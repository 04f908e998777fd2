import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { lineChart } from '../../bin/support/line-chart.ts';
import { regretLines } from '../../bin/support/regret-view.ts';
import { regretOf } from '../../core/swarm/regret.ts';
import { NOW } from '../support/plans.ts';

const size = { columns: 60, color: picocolors.createColors(false) };

describe('a line chart', () => {
  it('rises from the lower left to the upper right for a curve that does', () => {
    const rising = { name: 'r', points: Array.from({ length: 50 }, (_, at): [number, number] => [at, at]) };
    const lines = lineChart([rising], { columns: 24, rows: 4 }, [], String);
    const dots = lines.map((line) => line.indexOf([...line].find((mark) => mark >= '⠀' && mark <= '⣿') ?? '?'));
    expect(dots).toEqual([...dots].sort((a, b) => b - a));
    expect(lines[0]).toMatch(/^49 │/);
    expect(lines[3]).toMatch(/^0 {2}│/);
  });

  it('is empty without points', () => {
    expect(lineChart([{ name: 'none', points: [] }], { columns: 24, rows: 4 }, [], String)).toEqual([]);
  });
});

describe('regret', () => {
  it('shows each agent, both curves, and what an attempt has cost at first and in the end', () => {
    const attempts = Array.from({ length: 9 }, (_, at) => ({
      ...{ agent_id: at < 3 ? 'slow' : 'fast', task_type: 'work', estimated_ms: 1000, succeeded: true },
      ...{ assigned_at: NOW + at * 5000, duration_ms: at < 3 ? 4000 : 1000 },
      ended_at: NOW + at * 5000 + (at < 3 ? 4000 : 1000),
    }));
    const lines = regretLines(regretOf(attempts, new Map()), size);
    expect(lines[1]).toMatch(/^fast +6 +0 +1\.00 × +1\.00 ×$/);
    expect(lines[2]).toMatch(/^slow +3 +0 +4\.00 × +4\.00 ×$/);
    expect(lines.at(-2)).toBe('regret         9.0 s over 9 attempts; round-robin: 13.5 s (67 %)');
    expect(lines.at(-1)).toBe('an attempt     3.0 s in the first third, 0 ms in the last');
  });

  it('says so when nothing has been attempted', () => {
    expect(regretLines(regretOf([], new Map()), size)).toEqual([
      'nothing has been attempted yet: there is no choice to regret',
    ]);
  });
});
