/** What a simulation came to, as people read it. */
import type { SimulationResult } from '../../core/simulate/types.ts';
import { ganttLines } from './gantt.ts';
import type { Out } from './io.ts';
import { count, duration, plain, table } from './text.ts';

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const AGENTS_TOLD = 6;
const PLANS_TOLD = 10;
const MAX_GANTT_ROWS = 40;
const MAX_COLUMNS = 160;

export function simulationLines(told: SimulationResult, out: Pick<Out, 'columns' | 'color'>): string[] {
  const { bold, red, green } = out.color;
  const agents = Object.entries(told.utilisation.by_agent);
  const busiest = [...agents].sort(([, a], [, b]) => b - a).slice(0, AGENTS_TOLD);
  const left = agents.length - busiest.length;
  const names = busiest.map(([id, share]) => `${plain(id)} ${percent(share, 0)}`).join(', ');
  const { mean_ms, p50_ms, p95_ms, max_ms } = told.waits;
  const { failures } = told;
  const sla = told.sla_met ? green('met') : red('not met');
  return [
    bold(
      `${count(told.tickets, 'ticket')} of ${count(told.plans.length, 'plan')} on ${count(agents.length, 'agent')}, strategy ${plain(told.strategy)}, seed ${told.seed}${told.mode === 'planned' ? ', planned beforehand' : ''}`,
    ),
    `  makespan       ${duration(told.makespan_ms)}, ${gapWords(told)} over the lower bound of ${duration(told.lower_bound_ms)}`,
    `  critical path  ${duration(told.critical_path_ms)}`,
    `  waits          ${duration(mean_ms)} on the mean, median ${duration(p50_ms)}, p95 ${duration(p95_ms)}, longest ${duration(max_ms)}`,
    `  SLA            ${sla}: ${percent(told.sla_met_ratio)} of the tickets in time`,
    `  utilisation    ${percent(told.utilisation.total, 0)}: ${names}${left > 0 ? ` and ${left} more` : ''}`,
    ...(failures.attempts > 0
      ? [`  failures       ${count(failures.attempts, 'attempt')}, ${count(failures.tickets, 'ticket')} for good`]
      : []),
    ...planLines(told),
    '',
    ...ganttLines(told.assignments, {
      columns: Math.min(out.columns, MAX_COLUMNS),
      rows: MAX_GANTT_ROWS,
      color: out.color,
    }),
  ];
}

/** Plans that did not go well, and what to do about it. */
function planLines({ plans }: SimulationResult): string[] {
  const bad = plans.filter(({ phase, deadline_met }) => phase !== 'completed' || !deadline_met);
  const told = bad.slice(0, PLANS_TOLD).map(({ plan_id, phase, completed, tickets }) => {
    const why = {
      completed: 'completed after its deadline',
      failed: 'failed',
      stuck: 'stuck: no agent may run what is left of it (capabilities, clearance)',
    }[phase];
    return `  ! ${plain(plan_id)}: ${why}; ${completed} of ${count(tickets, 'ticket')} completed`;
  });
  return bad.length > told.length ? [...told, `  ! and ${bad.length - told.length} more`] : told;
}

const notCompleted = ({ plans }: SimulationResult): number => plans.filter(({ phase }) => phase !== 'completed').length;

/** The best first: one that did not complete its plans is not faster for that. */
export const byOutcome = (a: SimulationResult, b: SimulationResult): number =>
  notCompleted(a) - notCompleted(b) || a.makespan_ms - b.makespan_ms;

function againstBest(told: SimulationResult, best: number): string {
  const failed = notCompleted(told);
  if (failed > 0) return `${failed} not completed`;
  return told.makespan_ms === best ? 'best' : `+${percent(told.makespan_ms / best - 1)}`;
}

/** One row a strategy: those that completed the most plans first, then the shortest. */
export function comparisonLines(results: readonly SimulationResult[]): string[] {
  const ranked = [...results].sort(byOutcome);
  const best = ranked[0] === undefined || notCompleted(ranked[0]) > 0 ? Number.NaN : ranked[0].makespan_ms;
  const rows = ranked.map((told) => [
    plain(told.strategy),
    duration(told.makespan_ms),
    againstBest(told, best),
    gapWords(told),
    duration(told.waits.mean_ms),
    duration(told.waits.p95_ms),
    percent(told.sla_met_ratio),
    percent(told.utilisation.total, 0),
    String(told.failures.attempts),
  ]);
  const heads = ['strategy', 'makespan', '', 'over bound', 'mean wait', 'p95 wait', 'in time', 'busy', 'failed'];
  return table(heads, rows);
}

const gapWords = ({ gap_to_lower_bound: gap }: SimulationResult): string => (gap === null ? '–' : percent(gap));
