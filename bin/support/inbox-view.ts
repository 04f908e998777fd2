/** An inbox as its owner reads it: what is to be done, for which plan, and how much time is left. */
import type { AgentInbox, InboxItem } from '../../core/messages/agent-api.ts';
import { REMIND_AT } from '../../core/ticket/remind.ts';
import type { Out } from './io.ts';
import { count, cut, duration, plain, table } from './text.ts';

type Color = Out['color'];

const INDENT = '    ';
const HEADINGS = ['TASK', 'PLAN', 'STATE', 'TIME LEFT'];
const WIDEST = 40;

/** Lines of a listing; `columns` bounds what plans say, not the table. */
export function inboxLines(inbox: AgentInbox, { color, columns }: { color: Color; columns: number }): string[] {
  const { items } = inbox;
  const head = headOf(inbox, color);
  if (items.length === 0) return [head];
  const [headings = '', ...rows] = table(HEADINGS, items.map(cellsOf), WIDEST);
  return [
    head,
    color.bold(headings),
    ...items.flatMap((item, index) => {
      const row = rows[index] ?? '';
      // The last cell is the time, and the only one with a colour.
      const time = timeLeft(item);
      const left = row.slice(0, row.length - time.length);
      return [left + urgency(item, color)(time), ...detailsOf(item, columns).map((line) => color.dim(line))];
    }),
  ];
}

function headOf({ agent_id, capacity, draining, items }: AgentInbox, { bold, yellow }: Color): string {
  const slots = `${items.length} of ${count(capacity, 'ticket')}`;
  if (draining) return `${bold(plain(agent_id))}: ${yellow(`leaving: gets no more, and has ${items.length} left`)}`;
  return `${bold(plain(agent_id))}: ${items.length === 0 ? `nothing to do (takes up to ${count(capacity, 'ticket')})` : slots}`;
}

const cellsOf = (item: InboxItem): string[] => [
  plain(item.ticket.task_id),
  plain(item.ticket.plan_id),
  item.phase === 'assigned' ? 'to claim' : 'claimed',
  timeLeft(item),
];

/** `12 m 05 s left`. */
export const timeLeft = ({ remaining_ms }: Pick<InboxItem, 'remaining_ms'>): string =>
  remaining_ms > 0 ? `${duration(remaining_ms)} left` : 'time is up';

/** As the reminders come: calm before the first one, pressing after the last. */
function urgency({ assigned_at, due_at, remaining_ms }: InboxItem, { green, yellow, red, bold }: Color) {
  const used = 1 - remaining_ms / Math.max(1, due_at - assigned_at);
  const [first = 1] = REMIND_AT;
  if (used < first) return green;
  return used < (REMIND_AT.at(-1) ?? 1) ? yellow : (text: string) => bold(red(text));
}

/** What is to be done, with what, and what has been said about it. */
export function detailsOf({ ticket, attempt, reminders }: InboxItem, columns: number): string[] {
  const parameters = Object.entries(ticket.parameters).map(([name, value]) => `${name}=${value}`);
  const notes = [
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(reminders.length > 0 ? [`reminded ${reminders.length === 1 ? 'once' : `${reminders.length} times`}`] : []),
  ];
  return [ticket.description, ...parameters, notes.join(', ')]
    .filter((line) => line !== '')
    .map((line) => cut(`${INDENT}${plain(line)}`, Math.max(WIDEST, columns)));
}

/** Changes with what is worth telling, and not with the time alone. */
export const inboxSign = ({ draining, items }: AgentInbox): string =>
  JSON.stringify([
    draining,
    items.map(({ ticket, attempt, phase, reminders }) => [ticket.ticket_id, attempt, phase, reminders.length]),
  ]);
