/** What a ticket waits for before the plan's machine has come to it. */
import type { Stretch } from '../messages/ticket-explanation.ts';
import type { PlanEvent } from '../plan/events.ts';
import { isDone } from '../ticket/state.ts';
import { type Spell, spanOf } from './life.ts';
import { type Surroundings, tasksOf } from './surroundings.ts';

/** Until the plan was approved, then until what it depends on was done, then until the plan's machine came to it. */
export function beforeEntered(spell: Spell, { spec, planEvents, others }: Surroundings): Stretch[] {
  const { from, to } = spanOf(spell);
  const found: Stretch[] = [];
  let at = from;
  /** @param until undefined: it has not happened yet */
  const add = (until: number | undefined, rest: Omit<Stretch, 'from' | 'to'>): boolean => {
    const end = until === undefined ? to : Math.min(Math.max(at, until), to ?? Number.POSITIVE_INFINITY);
    found.push({ ...rest, from: at, ...(end === undefined ? {} : { to: end }) });
    at = end ?? at;
    return until !== undefined && (to === undefined || at < to);
  };

  const asked = planEvents.some(({ event }) => event.type === 'PlanAwaitingApproval');
  const accepted = planEvents.find(({ event }) => event.type === 'PlanAccepted');
  if (asked && !add(accepted?.at, { kind: 'approval', why: whoApproved(accepted?.event) })) return found;

  // What gates it, it waits for later, when the machine has come to it.
  const before = spec.dependencies.flatMap((id) => (spec.gated_by.includes(id) ? [] : (others.get(id) ?? [])));
  const entered = spell.ended?.event.type === 'TicketReady' || spell.ended?.event.type === 'TicketGated';
  const open = before.filter((other) => !isDone(other));
  if (!entered && open.length > 0) {
    add(undefined, { kind: 'dependencies', why: 'waits for these to be done', tasks: tasksOf(open) });
    return found;
  }
  const ends = before.flatMap((other) =>
    isDone(other) && 'completed_at' in other && other.completed_at <= (to ?? Number.POSITIVE_INFINITY) ? [other] : [],
  );
  const last = ends.sort((a, b) => a.completed_at - b.completed_at).at(-1);
  const why = 'until the last of these was done';
  if (last && !add(last.completed_at, { kind: 'dependencies', why, tasks: [last.task_id] })) return found;
  add(to, {
    kind: 'machine',
    why: to === undefined ? 'its plan’s machine comes to it' : 'its plan’s machine came to it',
  });
  return found;
}

function whoApproved(event: PlanEvent | undefined): string {
  if (event?.type !== 'PlanAccepted') return 'its plan waits to be approved';
  if (event.operator === undefined) return 'its plan waited to be approved';
  return `until ${event.operator.by} approved its plan: ${event.operator.why}`;
}
