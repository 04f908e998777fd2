/** An incident as the commands show it: a line, or all of it with what to do. */
import type { IncidentView } from '../../core/messages/monitoring-api.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import { shellWord } from './follow-plan.ts';
import type { Out } from './io.ts';
import { cut, duration, padTo, plain } from './text.ts';

const DETAIL = 100;
const ago = (ms: number): string => `${duration(Math.max(0, ms))} ago`;

export function incidentLine(incident: IncidentView, now: number, color: Out['color']): string {
  const { status, severity, incident_id, workflow_id, created_at, details } = incident;
  const cells = [padTo(severity, 8), padTo(ago(now - created_at), 14), incident_id, plain(workflow_id)];
  const detail = cut(plain((details[0] ?? '').slice(0, 4 * DETAIL)), DETAIL);
  return `${(status === 'open' ? color.red : color.green)(padTo(status, 8))} ${cells.join('  ')}  ${color.gray(detail)}`;
}

/** What it is about, as it stands now. */
export interface Affected {
  readonly tickets: readonly TicketState[];
  readonly plan: Pick<PlanState, 'phase'> | undefined;
}

export function incidentLines(
  incident: IncidentView,
  { tickets, plan }: Affected,
  flags: string,
  { bold, red, green, gray }: Out['color'],
): string[] {
  const { incident_id, workflow_id, status, severity, incident_type, created_at, details } = incident;
  const { resolved_at, resolved_by = '', why = '' } = incident;
  const over =
    resolved_at === undefined
      ? []
      : [`  resolved      ${new Date(resolved_at).toISOString()} by ${plain(resolved_by)}: ${plain(why)}`];
  return [
    `${bold(incident_id)}  ${(status === 'open' ? red : green)(status)}`,
    `  plan          ${plain(workflow_id)}`,
    `  what          ${incident_type}, severity ${severity}`,
    `  opened        ${new Date(created_at).toISOString()}`,
    ...over,
    ...details.map((detail, at) => `  ${at === 0 ? 'details     ' : '            '}  ${plain(detail)}`),
    ...tickets.map(({ ticket_id, task_id, phase }, at) => {
      const label = at === 0 ? 'tickets     ' : '            ';
      return `  ${label}  ${plain(task_id)} ${gray(ticket_id)} ${phase.replaceAll('_', ' ')}`;
    }),
    ...(status === 'open'
      ? ['', ...advice(incident, { tickets, plan }).map((line) => `  ${line}${flags} --why …`)]
      : []),
  ];
}

/** What ends it, as commands. */
function advice({ workflow_id, incident_id }: IncidentView, { tickets, plan }: Affected): string[] {
  const id = shellWord(plain(workflow_id));
  const waiting = tickets.filter(({ phase }) => phase === 'awaiting_person');
  if (waiting.length > 0)
    return waiting.flatMap(({ task_id }) => [
      `hive retry ${id} ${shellWord(plain(task_id))}`,
      `hive skip ${id} ${shellWord(plain(task_id))}`,
    ]);
  if (plan?.phase === 'halted') return [`hive redrive ${id}`, `hive cancel ${id}`];
  return [`hive resolve ${incident_id}`];
}
