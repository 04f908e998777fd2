/** The end of a run as people read it: outcome, time against the critical path, and where to look. */
import type { PlanState } from '../../core/plan/state.ts';
import { isDone } from '../../core/ticket/state.ts';
import { shellWord } from './follow-plan.ts';
import type { Io } from './io.ts';
import { PHASE_LOOK, PLAN_COLOUR, phaseWord } from './phases.ts';
import { noteText, planNote } from './plan-note.ts';
import type { PlanView, TicketRow } from './plan-view.ts';
import type { Target } from './target.ts';
import { count, cut, duration, plain, table } from './text.ts';
import { type RunHistory, type Timing, timingOf } from './timing.ts';

/** Above this many, only the tickets of the critical path and those that did not complete are listed. */
const ALL_TICKETS = 40;
const NAME = 40;

export function reportLines(
  view: PlanView,
  target: Target,
  color: Io['stdout']['color'],
  history?: RunHistory,
): string[] {
  const { plan, tickets } = view;
  const outcome = [outcomeLine(plan, tickets, color), ...errorLines(plan, tickets), ...whatToDo(plan, target)];
  // Nothing has run: there is no time to tell of.
  if (tickets.length === 0 || plan.phase === 'awaiting_approval') return outcome;
  const timing = timingOf(view, history);
  const rows = tickets.map((row, at) => ({ row, timing: timing.tickets[at] }));
  const listed =
    rows.length <= ALL_TICKETS
      ? rows
      : rows
          .filter(({ row, timing: t }) => t?.on_critical_path || row.state.phase !== 'completed')
          .slice(0, ALL_TICKETS);
  const cells = listed.map(({ row, timing: t }) => [
    `${t?.on_critical_path ? '*' : ' '} ${cut(plain(row.task_id), NAME)}`,
    PHASE_LOOK[row.state.phase].word,
    t?.waited_ms === undefined ? '' : duration(t.waited_ms),
    t?.ran_ms === undefined ? '' : duration(t.ran_ms),
    'agent_id' in row.state ? plain(row.state.agent_id) : '',
  ]);
  const hidden = rows.length - listed.length;
  return [
    ...table(['  task', 'status', 'waited', 'ran', 'agent'], cells),
    ...(hidden > 0
      ? [`  … and ${count(hidden, 'ticket')} more: hive tickets ${shellWord(plain(plan.plan_id))}${target.flags}`]
      : []),
    '',
    ...outcome,
    `  wall time      ${duration(timing.wall_ms)}`,
    `  critical path  ${duration(timing.critical_path_ms)} of work in ${count(timing.critical_path.length, 'ticket')} (*)`,
    ...overheadLines(timing),
    ...whereToLook(plan, target),
  ];
}

function overheadLines({ stood_ms = 0, overhead_ms, overhead_per_ticket_ms, overhead }: Timing): string[] {
  const stood = stood_ms > 0 ? [`  stood          ${duration(stood_ms)}, waiting for a person`] : [];
  const perTicket = `${duration(overhead_per_ticket_ms)} per ticket of the critical path`;
  if (overhead === undefined) return [...stood, `  the rest       ${duration(overhead_ms)}: ${perTicket}`];
  return [
    ...stood,
    `  waiting        ${duration(overhead.waiting_for_agent_ms)} on the critical path, ready but without an agent`,
    `  orchestrator   ${duration(overhead.orchestrator_ms)}, what is left`,
    `  overhead       ${duration(overhead_ms)}, both of them: ${perTicket}`,
  ];
}

function outcomeLine(plan: PlanState, tickets: readonly TicketRow[], color: Io['stdout']['color']): string {
  const own = tickets.filter(({ state }) => state.compensates === undefined);
  const done = own.filter(({ state }) => isDone(state)).length;
  const undone = own.filter(({ state }) => state.phase === 'compensated').length;
  const phase = color.bold(color[PLAN_COLOUR[plan.phase]](phaseWord(plan.phase)));
  const told = `${done} of ${count(plan.tickets, 'ticket')} completed${undone > 0 ? `, ${undone} of them undone` : ''}`;
  return `${phase} ${plain(plan.plan_id)}: ${told}`;
}

/** Why it did not complete, or what it waits for. The reason of a plan that a ticket failed is the ticket's: told once. */
export function errorLines(plan: PlanState, tickets: readonly TicketRow[]): string[] {
  if (plan.phase === 'awaiting_approval') return plan.reasons.map((reason) => `  needs approval: ${plain(reason)}`);
  const note = planNote(plan);
  if (note === undefined) return [];
  const failed = tickets.flatMap(({ task_id, state }) =>
    state.phase === 'failed'
      ? [`  ${cut(plain(task_id), NAME)} ${plain(state.error_code)}: ${plain(state.error_message)}`]
      : [],
  );
  const told = tickets.some(({ state }) => state.phase === 'failed' && note.reason.includes(state.error_code));
  const reason = plan.phase === 'halted' ? plan.reason : noteText(note);
  const incident = plan.phase === 'halted' ? [`  incident       ${plan.incident_id}`] : [];
  return told ? [...failed, ...incident] : [`  reason         ${plain(reason)}`, ...failed, ...incident];
}

/** Commands that end the waiting of a plan that waits for a person. */
export function whatToDo(plan: PlanState, { flags }: Pick<Target, 'flags'>): string[] {
  const commands = PERSON_DOES[plan.phase] ?? [];
  const id = shellWord(plain(plan.plan_id));
  return commands.map(([what, verb]) => `  ${what.padEnd(14)} hive ${verb} ${id}${flags} --why …`);
}

const PERSON_DOES: Partial<Record<PlanState['phase'], readonly (readonly [what: string, verb: string])[]>> = {
  awaiting_approval: [
    ['to let it run', 'approve'],
    ['to refuse it', 'reject'],
  ],
  paused: [['to go on', 'resume']],
  halted: [
    ['once mended', 'redrive'],
    ['to give it up', 'cancel'],
  ],
};

/** The execution, its graph as it runs, and where Step Functions shows it. */
export function whereToLook(plan: PlanState, target: Target): string[] {
  if (!('execution_arn' in plan) || plan.execution_arn === undefined) return [];
  const { Region } = target.outputs;
  const arn = plain(plan.execution_arn);
  const open =
    target.endpoint === undefined
      ? `https://${Region}.console.aws.amazon.com/states/home?region=${Region}#/v2/executions/details/${arn}`
      : `AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url ${target.endpoint} --region ${Region} stepfunctions describe-execution --execution-arn ${shellWord(arn)}`;
  return [
    `  execution      ${arn}`,
    `  its graph      hive watch ${shellWord(plain(plan.plan_id))}${target.flags}`,
    `  Step Functions ${open}`,
  ];
}
