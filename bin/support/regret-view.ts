/** Regret as people read it: the agents as they turned out, two curves, and whether the swarm has learnt. */
import type { Regret } from '../../core/swarm/regret.ts';
import type { Out } from './io.ts';
import { type Curve, lineChart } from './line-chart.ts';
import { count, duration, plain, table } from './text.ts';

const CHART_ROWS = 10;
const MAX_COLUMNS = 100;

export function regretLines(told: Regret, { columns, color }: Pick<Out, 'columns' | 'color'>): string[] {
  if (told.attempts === 0) return ['nothing has been attempted yet: there is no choice to regret'];
  const rows = told.agents.map(({ agent_id, attempts, failures, slowness, cost_factor }) => [
    plain(agent_id),
    String(attempts),
    String(failures),
    `${slowness.toFixed(2)} ×`,
    `${cost_factor.toFixed(2)} ×`,
  ]);
  const start = told.points[0]?.at ?? 0;
  const curve = (name: string, of: (point: Regret['points'][number]) => number): Curve => ({
    name,
    points: told.points.map((point) => [point.at - start, of(point)]),
  });
  const curves = [
    curve('regret', ({ regret_ms }) => regret_ms),
    curve('round-robin', ({ round_robin_ms }) => round_robin_ms),
  ];
  const size = { columns: Math.min(columns, MAX_COLUMNS), rows: CHART_ROWS };
  const share = told.round_robin_ms > 0 ? ` (${Math.round((100 * told.regret_ms) / told.round_robin_ms)} %)` : '';
  return [
    ...table(['agent', 'attempts', 'failed', 'time ÷ estimate', 'with its failures'], rows),
    '',
    ...lineChart(curves, size, [color.green, color.gray], duration),
    `${color.green('⠒ the swarm')}  ${color.gray('⠒ round-robin')}: regret so far, over ${duration((told.points.at(-1)?.at ?? 0) - start)}`,
    '',
    `regret         ${duration(told.regret_ms)} over ${count(told.attempts, 'attempt')}; round-robin: ${duration(told.round_robin_ms)}${share}`,
    `an attempt     ${duration(told.first_third_ms)} in the first third, ${duration(told.last_third_ms)} in the last`,
  ];
}
