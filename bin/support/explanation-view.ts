/** A ticket's story on one page of a terminal: where it stands, its life as bars, its attempts, its cost, what comes next. */
import type {
  ExplainedAttempt,
  Stretch,
  StretchKind,
  TicketExplanation,
} from '../../core/messages/ticket-explanation.ts';
import { PLAN_STANDS } from '../../core/plan/phase-words.ts';
import { choiceWords } from './choice-words.ts';
import type { Out } from './io.ts';
import { type Colour, PHASE_LOOK } from './phases.ts';
import { count, duration, padTo, plain, width, wrap } from './text.ts';
import { timeBars } from './time-bars.ts';

export function explanationLines(
  told: TicketExplanation,
  { columns, isTTY, color }: Pick<Out, 'columns' | 'isTTY' | 'color'>,
): string[] {
  // Elsewhere lines are for a program, or are kept: one thing a line, and all of it.
  const fit = isTTY ? columns : Number.POSITIVE_INFINITY;
  const parts = [
    headOf(told, color),
    section('Life', lifeOf(told, fit, color), color),
    section(
      'Attempts',
      told.attempts.flatMap((attempt) => attemptLines(attempt, fit, color)),
      color,
    ),
    section(
      'Refused reports',
      told.refused_reports.flatMap((report) => refusedLines(report, fit)),
      color,
    ),
    section(
      'Operators',
      told.interventions.flatMap(({ at, type, by, why = '' }) =>
        wrap(`  ${timeOf(at)}  ${type} by ${plain(by)}: ${plain(why)}`, fit, AFTER_TIME),
      ),
      color,
    ),
    section('Cost', costLines(told), color),
    section(
      'Next',
      told.next.flatMap(({ at, what }) => wrap(`  ${whenOf(at, told.at)}${plain(what)}`, fit, 4)),
      color,
    ),
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

const section = (title: string, lines: readonly string[], { bold }: Out['color']): string[] =>
  lines.length === 0 ? [] : [bold(title), ...lines];

function headOf(told: TicketExplanation, color: Out['color']): string[] {
  const { bold, gray } = color;
  const { mark, colour } = PHASE_LOOK[told.phase];
  const { asks } = told;
  const capabilities = asks.required_capabilities.map(plain).join(', ') || 'any';
  const retries = count(asks.max_retries, 'retry', 'retries');
  return [
    `${color[colour](mark)} ${bold(plain(told.task_id))} of ${plain(told.plan_id)}  ${gray(told.ticket_id)}`,
    `  ${plain(told.description)}`,
    `  ${color[colour](`${told.status}: ${plain(told.summary)}`)}; its plan ${PLAN_STANDS[told.plan_phase]}`,
    `  ${told.task_type}, ${asks.priority}, band ${asks.risk_band}, ${asks.delivery_mode}, at most ${duration(asks.timeout_ms)} an attempt, ${retries}`,
    `  asks for ${capabilities}, cleared for ${asks.security_level}, pool ${plain(asks.pool)}`,
    ...(told.compensates === undefined ? [] : [`  undoes ticket ${told.compensates}`]),
    ...(told.compensation_ticket_id === undefined ? [] : [`  undone by ticket ${told.compensation_ticket_id}`]),
  ];
}

const LOOK: Readonly<Record<StretchKind, { word: string; colour: Colour }>> = {
  approval: { word: 'approval', colour: 'gray' },
  dependencies: { word: 'waits', colour: 'gray' },
  machine: { word: 'machine', colour: 'gray' },
  gate: { word: 'gate', colour: 'magenta' },
  queue: { word: 'queue', colour: 'yellow' },
  pause: { word: 'paused', colour: 'gray' },
  claim: { word: 'claim', colour: 'cyan' },
  run: { word: 'runs', colour: 'blue' },
  backoff: { word: 'backs off', colour: 'yellow' },
  person: { word: 'person', colour: 'red' },
  withdrawn: { word: 'held back', colour: 'gray' },
  stopped: { word: 'stopped', colour: 'red' },
  undo: { word: 'undone', colour: 'magenta' },
};
const WORD = 10;
const TOOK = 9;
const BARS = 24;
/** Where the text begins that stands after two spaces, a time and two more. */
const AFTER_TIME = 16;

function lifeOf(told: TicketExplanation, columns: number, color: Out['color']): string[] {
  const { stretches, at, waited_ms, ran_ms } = told;
  const bars = timeBars(stretches, at, BARS);
  const total = `  waited ${duration(waited_ms)}, ran ${duration(ran_ms)}`;
  return [
    ...stretches.flatMap((stretch, index) => {
      const { word, colour } = LOOK[stretch.kind];
      const took = duration(Math.max(0, (stretch.to ?? at) - stretch.from));
      const head = `  ${timeOf(stretch.from)}  ${padTo(word, WORD)} ${padTo(took, TOOK)} `;
      const why = plain(whyOf(stretch));
      const line = `${head}${color[colour](bars[index] ?? '')}`;
      if (width(head) + BARS + 1 + width(why) <= columns) return [`${line} ${why}`.trimEnd()];
      return [line.trimEnd(), ...wrap(' '.repeat(AFTER_TIME) + why, columns, AFTER_TIME)];
    }),
    ...(stretches.length > 1 ? [color.gray(total)] : []),
  ];
}

function whyOf({ why, tasks, agent_id, kind }: Stretch): string {
  const names = tasks === undefined || tasks.length === 0 ? '' : `: ${tasks.join(', ')}`;
  const who = agent_id !== undefined && (kind === 'claim' || kind === 'run') ? `${agent_id}: ` : '';
  return `${who}${why}${names}`;
}

function attemptLines(attempt: ExplainedAttempt, columns: number, { gray }: Out['color']): string[] {
  const { assigned_at, started_at, ended_at, outcome, agent_id, choice, cause, retry_at } = attempt;
  const { error_code, error_message = '' } = attempt;
  const times = [
    `assigned ${timeOf(assigned_at)}`,
    ...(started_at === undefined ? [] : [`claimed ${timeOf(started_at)}`]),
    ...(ended_at === undefined ? [] : [`ended ${timeOf(ended_at)}`]),
  ];
  const end = outcome === 'open' ? 'under way' : outcome;
  const failed = [
    ...(cause === undefined ? [] : [plain(cause.replaceAll('_', ' '))]),
    // More follows on the line.
    plain(`${error_code}: ${error_message.replace(/\.$/, '')}`),
    ...(retry_at === undefined ? [] : [`tried again from ${timeOf(retry_at)}`]),
  ];
  return [
    ...wrap(`  ${attempt.attempt}  ${plain(agent_id)}: ${end}; ${times.join(', ')}`, columns, 5),
    ...(error_code === undefined ? [] : wrap(`     ${failed.join('; ')}`, columns, 7)),
    ...choiceWords(choice)
      .concat(avoidedWords(attempt))
      .flatMap((line) => wrap(`     ${line}`, columns, 7))
      .map(gray),
  ];
}

/** Why one of the other agents was better, where there was one. */
function avoidedWords({ agent_id, avoided }: ExplainedAttempt): string[] {
  const others = avoided.filter((id) => id !== agent_id).map(plain);
  return [
    ...(avoided.includes(agent_id)
      ? ['no other agent was free, though an earlier attempt had failed on this one']
      : []),
    ...(others.length > 0 ? [`an earlier attempt had failed on ${others.join(', ')}: another agent was better`] : []),
  ];
}

const refusedLines = (
  { at, agent_id, attempt, code, status }: TicketExplanation['refused_reports'][number],
  columns: number,
): string[] =>
  wrap(
    `  ${timeOf(at)}  ${plain(agent_id)}, attempt ${attempt}, said ${plain(status)}: ${plain(code)}`,
    columns,
    AFTER_TIME,
  );

function costLines({ cost }: TicketExplanation): string[] {
  const rows = cost.lines.map(
    (line) => `  ${padTo(`${line.count} × ${line.unit}`, 34)} ${line.service}: ${plain(line.what)}`,
  );
  return [...rows, `  $${cost.usd.toFixed(6)} at the list prices of ${cost.prices_as_of}, without ${cost.left_out}`];
}

/** `in 12.3 s (12:00:05)  `, or nothing for what has no time. */
function whenOf(at: number | undefined, now: number): string {
  if (at === undefined) return '';
  return `${at > now ? `in ${duration(at - now)}` : 'now'} (${timeOf(at)})  `;
}

/** Of a day; the date of what is long ago is in the --json. */
const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 23);
