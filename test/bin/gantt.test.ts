import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { ganttLines, lanesOf } from '../../bin/support/gantt.ts';
import { ganttSvg } from '../../bin/support/gantt-svg.ts';
import { width } from '../../bin/support/text.ts';
import type { SimulatedAssignment } from '../../core/simulate/types.ts';

const color = picocolors.createColors(false);
const bar = (agent_id: string, task_id: string, start_ms: number, end_ms: number): SimulatedAssignment => ({
  ...{ plan_id: 'plan', task_id, ticket_id: task_id, agent_id, attempt: 1, ready_ms: start_ms, start_ms, end_ms },
  outcome: 'completed',
});

describe('lanes', () => {
  it('give an agent a row for each slot that it used at the same time, agents in the order of their numbers', () => {
    const lanes = lanesOf([bar('a10', 'x', 0, 5), bar('a2', 'y', 0, 10), bar('a2', 'z', 5, 7), bar('a2', 'w', 10, 12)]);
    expect(lanes.map(({ agent_id, bars }) => [agent_id, bars.map(({ task_id }) => task_id)])).toEqual([
      ['a2', ['y', 'w']],
      ['a2', ['z']],
      ['a10', ['x']],
    ]);
  });
});

describe('the Gantt chart in a terminal', () => {
  it('draws each attempt where it lies in time, named where there is room', () => {
    const lines = ganttLines([bar('a', 'build', 0, 50), bar('b', 'test', 50, 100)], { columns: 43, rows: 20, color });
    expect(lines[0]).toMatch(/^a ├build─+┤$/);
    expect(lines[1]).toMatch(/^b {20,22}├test─+┤$/);
    expect(lines[2]).toMatch(/0 +50 ms +100 ms$/);
  });

  it('is never wider nor higher than the terminal, and says how many rows it leaves out', () => {
    const many = Array.from({ length: 50 }, (_, at) =>
      bar(`agent-${at}`, `task-${at}\u202e${'長'.repeat(30)}`, at, at + 3),
    );
    const lines = ganttLines(many, { columns: 60, rows: 12, color });
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe('… and 40 more rows (--svg draws them all)');
    for (const line of lines.slice(0, -2)) expect(width(line)).toBeLessThanOrEqual(62);
    expect(lines.join('')).not.toContain('\u202e');
  });
});

describe('the Gantt chart as SVG', () => {
  it('has every attempt with its details, and takes no markup from a plan', () => {
    const svg = ganttSvg([bar('a', '<script>alert("1")</script>&', 0, 10), bar('b', 'ok', 0, 10)], 'two <tasks>');
    expect(svg.match(/<rect x=/g)).toHaveLength(2);
    expect(svg).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp; of plan on a, attempt 1: completed');
    expect(svg).not.toContain('<script');
    expect(svg).toContain('two &lt;tasks&gt;');
  });
});
