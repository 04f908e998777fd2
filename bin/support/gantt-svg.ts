/** The same lanes as a picture of its own: SVG that any browser shows, with the details of a bar under the pointer. */
import type { SimulatedAssignment } from '../../core/simulate/types.ts';
import { lanesOf } from './gantt.ts';
import { duration, plain } from './text.ts';

const ROW = 22;
const BAR = 18;
const LABEL = 160;
const CHART = 1000;
const HEAD = 34;
const FOOT = 26;
const CHARACTER = 6.5;
const TICKS = 10;

export function ganttSvg(assignments: readonly SimulatedAssignment[], title: string): string {
  const lanes = lanesOf(assignments);
  const end = Math.max(1, ...assignments.map(({ end_ms }) => end_ms));
  const height = HEAD + lanes.length * ROW + FOOT;
  const x = (ms: number) => LABEL + (ms / end) * CHART;
  const kinds = [...new Set(assignments.map(({ plan_id }) => plan_id))];
  const rows = lanes.flatMap(({ agent_id, bars }, at) => [
    ...(lanes[at - 1]?.agent_id === agent_id
      ? []
      : [text(LABEL - 8, HEAD + at * ROW + 14, agent_id, 'text-anchor="end"', LABEL / CHARACTER)]),
    ...bars.map((bar) => barSvg(bar, x, HEAD + at * ROW, kinds.indexOf(bar.plan_id))),
  ]);
  const ticks = Array.from({ length: TICKS + 1 }, (_, at) => {
    const ms = (end * at) / TICKS;
    const line = `<line x1="${round(x(ms))}" y1="${HEAD}" x2="${round(x(ms))}" y2="${height - FOOT}" stroke="#ddd"/>`;
    return line + text(x(ms), height - 8, duration(ms), 'text-anchor="middle" fill="#666"', 20);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + CHART + 40}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(12, 20, title, 'font-weight="bold"', 120),
    ...ticks,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function barSvg(bar: SimulatedAssignment, x: (ms: number) => number, y: number, plan: number): string {
  const { task_id, plan_id, agent_id, attempt, ready_ms, start_ms, end_ms, outcome } = bar;
  const wide = Math.max(1, x(end_ms) - x(start_ms));
  // The golden angle keeps the colours of neighbouring plans apart.
  const fill = outcome === 'completed' ? `hsl(${Math.round((210 + plan * 137.5) % 360)} 55% 72%)` : '#e66';
  const told = `${task_id} of ${plan_id} on ${agent_id}, attempt ${attempt}: ${outcome}, waited ${duration(start_ms - ready_ms)}, took ${duration(end_ms - start_ms)}`;
  const room = Math.floor((wide - 6) / CHARACTER);
  return [
    `<g><title>${escaped(told)}</title>`,
    `<rect x="${round(x(start_ms))}" y="${y}" width="${round(wide)}" height="${BAR}" rx="2" fill="${fill}" stroke="#555" stroke-width="0.5"/>`,
    ...(room < 3 ? [] : [text(x(start_ms) + 3, y + 13, task_id, '', room)]),
    '</g>',
  ].join('');
}

function text(x: number, y: number, value: string, attributes: string, room: number): string {
  const told = value.length > room ? `${value.slice(0, Math.max(1, Math.floor(room) - 1))}…`.toWellFormed() : value;
  return `<text x="${round(x)}" y="${y}" ${attributes}>${escaped(told)}</text>`;
}

const round = (value: number): string => value.toFixed(1);

/** Nothing that a plan says becomes markup, and nothing in it hides. */
const escaped = (value: string): string =>
  plain(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
