/** Who worked on what and when, as lanes: a row for each slot of an agent, a bar for each attempt. */
import type { SimulatedAssignment } from '../../core/simulate/types.ts';
import type { Out } from './io.ts';
import { cut, duration, padTo, plain, width } from './text.ts';

/** A slot of an agent with what ran in it, in order, nothing at the same time. */
export interface Lane {
  readonly agent_id: string;
  readonly bars: readonly SimulatedAssignment[];
}

/** Each attempt in the first slot of its agent that is free by then. */
export function lanesOf(assignments: readonly SimulatedAssignment[]): Lane[] {
  const lanes = new Map<string, SimulatedAssignment[][]>();
  for (const one of [...assignments].sort((a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms)) {
    const slots = lanes.get(one.agent_id) ?? [];
    lanes.set(one.agent_id, slots);
    const free = slots.find((bars) => (bars.at(-1)?.end_ms ?? 0) <= one.start_ms);
    if (free === undefined) slots.push([one]);
    else free.push(one);
  }
  return [...lanes]
    .sort(([a], [b]) => compareNames(a, b))
    .flatMap(([agent_id, slots]) => slots.map((bars) => ({ agent_id, bars })));
}

/** `agent-2` before `agent-10`. */
const compareNames = (a: string, b: string): number => NAMES.compare(a, b);
const NAMES = new Intl.Collator('en', { numeric: true });

const MAX_LABEL = 20;
const MIN_BARS = 20;

/** At most `rows` lines of at most `columns`; lanes that have no room are counted in the last line. */
export function ganttLines(
  assignments: readonly SimulatedAssignment[],
  { columns, rows, color }: Pick<Out, 'columns' | 'rows' | 'color'>,
): string[] {
  const lanes = lanesOf(assignments);
  if (lanes.length === 0) return [];
  const end = Math.max(1, ...assignments.map(({ end_ms }) => end_ms));
  const shown = lanes.slice(0, Math.max(1, rows - 2));
  const names = shown.map(({ agent_id }, at) => (shown[at - 1]?.agent_id === agent_id ? '' : plain(agent_id)));
  const label = Math.min(MAX_LABEL, Math.max(...names.map(width)));
  const size = Math.max(MIN_BARS, columns - label - 2);
  const hidden = lanes.length - shown.length;
  return [
    ...shown.map((lane, at) => `${padTo(names[at] ?? '', label)} ${barsOf(lane, end, size, color)}`),
    `${' '.repeat(label)} ${scaleOf(end, size)}`,
    ...(hidden > 0 ? [`… and ${hidden} more rows (--svg draws them all)`] : []),
  ];
}

function barsOf({ bars }: Lane, end: number, size: number, { red }: Out['color']): string {
  let line = '';
  let at = 0;
  for (const { start_ms, end_ms, task_id, outcome } of bars) {
    const from = Math.max(at, Math.min(size - 1, Math.round((start_ms / end) * size)));
    const to = Math.max(from + 1, Math.round((end_ms / end) * size));
    const bar = barOf(plain(task_id.slice(0, 4 * size)), to - from);
    line += ' '.repeat(from - at) + (outcome === 'completed' ? bar : red(bar));
    at = to;
  }
  return line;
}

/** `├build──┤`, as much of the name as there is room for. */
function barOf(name: string, columns: number): string {
  if (columns < 3) return '▪'.repeat(columns);
  const room = columns - 2;
  const told = room < 3 ? '' : cut(name, room);
  return `├${told}${'─'.repeat(room - width(told))}┤`;
}

function scaleOf(end: number, size: number): string {
  const last = duration(end);
  const middle = duration(end / 2);
  const half = Math.floor(size / 2);
  const head = `0${' '.repeat(Math.max(1, half - 1))}${middle}`;
  return `${head}${' '.repeat(Math.max(1, size - width(head) - width(last)))}${last}`;
}
