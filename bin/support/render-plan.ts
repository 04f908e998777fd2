/** A plan's DAG as lines of text that fit a terminal: level by level, folded into bars where there is no room. */

import type { PhaseName } from '../../core/ticket/state.ts';
import { type Block, foldLevels, levelsIn } from './fold-levels.ts';
import type { Out } from './io.ts';
import { PHASE_LOOK, PHASES_ENDED_FIRST, PLAN_COLOUR, phaseWord, WORD_WIDTH } from './phases.ts';
import { planNote, standing } from './plan-note.ts';
import type { PlanView, TicketRow } from './plan-view.ts';
import { predictionWords } from './prediction-words.ts';
import { stuckLine } from './stuck.ts';
import { cut, duration, padTo, plain, width } from './text.ts';

export interface Size {
  readonly columns: number;
  /** most lines that may be drawn */
  readonly rows: number;
}

const MAX_NAME = 40;
const BAR = 24;
/** Reasons for which ready tickets wait. */
const STUCK_TOLD = 3;

/** No line is wider than `columns`, and there are at most `rows` of them (but never less than two). */
export function renderPlan(view: PlanView, { columns, rows }: Size, color: Out['color']): string[] {
  const note = rows > 2 ? planNote(view.plan) : undefined;
  const told = note === undefined ? '' : standing({ phase: view.plan.phase, ...note });
  const room = rows - (told === '' ? 3 : 4);
  const stuck = (view.stuck ?? []).slice(0, Math.max(0, Math.min(STUCK_TOLD, room)));
  const head = [
    header(view, columns, color),
    progress(view.tickets, columns, color),
    ...(told === '' ? [] : [color[PLAN_COLOUR[view.plan.phase]](cut(plain(told.slice(0, 4 * columns)), columns))]),
    ...stuck.map((reason) => color.yellow(cut(`! ${stuckLine(reason)}`, columns))),
  ];
  const blocks = foldLevels(levelsIn(view.tickets), Math.max(0, rows - head.length));
  const names = blocks.flatMap((block) => (block.kind === 'open' ? block.tickets.map(({ task_id }) => task_id) : []));
  const nameWidth = Math.min(MAX_NAME, Math.max(12, Math.floor(columns * 0.4)), Math.max(4, ...names.map(widest)));
  return [...head, ...blocks.flatMap((block) => linesOf(block, view.at, columns, nameWidth, color))];
}

const widest = (id: string): number => plain(id.slice(0, MAX_NAME + 1)).length;

function header({ plan, at, prediction }: PlanView, columns: number, { bold }: Out['color']): string {
  const until = 'ended_at' in plan ? plan.ended_at : at;
  const stands = `${phaseWord(plan.phase)}  ${duration(Math.max(0, until - plan.received_at))}`;
  const expected = prediction === undefined ? '' : `${predictionWords(prediction, at)}  `;
  const roomy = width(plain(plan.plan_id)) + expected.length + stands.length + 2 <= columns;
  const right = roomy ? expected + stands : stands;
  return `${bold(padTo(plain(plan.plan_id), Math.max(0, columns - right.length - 2)))}  ${cut(right, columns - 2)}`;
}

function progress(tickets: readonly TicketRow[], columns: number, color: Out['color']): string {
  const counts = countPhases(tickets);
  const words = PHASES_ENDED_FIRST.flatMap((phase) =>
    counts[phase] > 0 ? [{ text: `${counts[phase]} ${PHASE_LOOK[phase].word}`, colour: PHASE_LOOK[phase].colour }] : [],
  );
  if (words.length === 0) return cut('no tickets yet', columns);
  let line = '';
  let used = 0;
  for (const { text, colour } of words) {
    const separator = used === 0 ? '' : ' · ';
    if (used + separator.length + text.length > columns) break;
    used += separator.length + text.length;
    line += separator + color[colour](text);
  }
  return line;
}

function linesOf(block: Block, now: number, columns: number, nameWidth: number, color: Out['color']): string[] {
  if (block.kind === 'open')
    return block.tickets.map((row, at) =>
      ticketLine(row, at === 0 ? `L${block.level}` : '', now, columns, nameWidth, color),
    );
  const label = block.from === block.to ? `L${block.from}` : `L${block.from}-${block.to}`;
  return [barLine(label, block.tickets, columns, color)];
}

const GUTTER = 5;

function ticketLine(
  { task_id, state }: TicketRow,
  label: string,
  now: number,
  columns: number,
  nameWidth: number,
  color: Out['color'],
): string {
  const { mark, word, colour } = PHASE_LOOK[state.phase];
  const who = 'agent_id' in state ? state.agent_id : state.phase === 'skipped' ? `by ${state.by}` : '';
  const cells = [
    padTo(label, GUTTER),
    mark,
    padTo(plain(task_id), nameWidth),
    padTo(word, WORD_WIDTH),
    padTo(elapsed(state, now), 8),
    plain(who),
  ];
  const line = cut(cells.join(' ').trimEnd(), columns);
  const [gutter, rest] = [line.slice(0, GUTTER), line.slice(GUTTER)];
  return color.gray(gutter) + color[colour](rest);
}

/** Since it started, failed or became ready; how long it ran, once it has ended. */
function elapsed(state: TicketRow['state'], now: number): string {
  if ('duration_ms' in state) return duration(state.duration_ms);
  if ('started_at' in state) return duration(Math.max(0, now - state.started_at));
  if ('since' in state) return duration(Math.max(0, now - state.since));
  return 'ready_at' in state ? duration(Math.max(0, now - state.ready_at)) : '';
}

function barLine(label: string, tickets: readonly TicketRow[], columns: number, color: Out['color']): string {
  const counts = countPhases(tickets);
  const size = Math.max(0, Math.min(BAR, columns - 30));
  let drawn = 0;
  let seen = 0;
  let bar = '';
  for (const phase of PHASES_ENDED_FIRST) {
    if (counts[phase] === 0) continue;
    seen += counts[phase];
    const until = Math.round((seen / tickets.length) * size);
    bar += color[PHASE_LOOK[phase].colour](PHASE_LOOK[phase].mark.repeat(until - drawn));
    drawn = until;
  }
  const words = PHASES_ENDED_FIRST.flatMap((phase) =>
    counts[phase] > 0 ? [`${counts[phase]} ${PHASE_LOOK[phase].word}`] : [],
  );
  const start = padTo(label, Math.min(11, columns));
  const left = columns - start.length - 2 - size;
  return `${color.gray(start)} ${bar} ${cut(words.join(' · '), Math.max(0, left))}`.trimEnd();
}

function countPhases(tickets: readonly TicketRow[]): Record<PhaseName, number> {
  const counts = Object.fromEntries(PHASES_ENDED_FIRST.map((phase) => [phase, 0])) as Record<PhaseName, number>;
  for (const { state } of tickets) counts[state.phase]++;
  return counts;
}
