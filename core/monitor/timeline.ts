/** A plan's story from its events, from wherever it was left off. */
import { HiveError } from '../errors.ts';
import { planAggregate, ticketAggregate } from '../ledger/aggregate.ts';
import type { PageRequest, TimelineEvent, TimelinePage } from '../messages/monitoring-api.ts';
import { isPlanEnded, type PlanState } from '../plan/state.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { PartOfEvent, PlanReader, TicketHead } from '../ports/plan-reader.ts';
import { createMerge, type Lane } from './merge.ts';
import { type TimelinePosition, timelineCursor, timelinePosition } from './timeline-cursor.ts';
import { TOLD_MEMBERS, toldOf } from './told.ts';
import { planUnknown } from './unknown.ts';

export interface TimelineDeps {
  readonly reader: PlanReader;
  readonly sha256: Sha256;
}

/**
 * The next page of a plan's events. Events of one aggregate come in the order of their versions; those of several are
 * merged by their times, and so mostly come in order from page to page as well. Only aggregates with news are read.
 * @throws HiveError PLAN_UNKNOWN (404), CURSOR_INVALID (400)
 */
export function createTimeline({ reader, sha256 }: TimelineDeps) {
  const merge = createMerge((refs) => reader.loadEvents(refs, TOLD_MEMBERS));

  return async (planId: string, { limit, cursor }: PageRequest): Promise<TimelinePage> => {
    const before = timelinePosition(planId, cursor, sha256);
    // The plan first: what is known of it when it has ended includes all that its tickets did before.
    const plan = await reader.loadPlan(planId);
    if (plan === undefined) throw planUnknown(planId);
    const { places, minted } = await placesOf(reader, plan.state);
    const lanes = lanesOf(planId, plan.version, before, places);
    const { events, told } = await merge(lanes, limit);
    const more = lanes.some(({ aggregate, version }) => (told.get(aggregate) ?? 0) < version);
    const after = positionOf(planId, before, places, told);
    return {
      items: events.map(show),
      next_cursor: timelineCursor(planId, after, sha256),
      more: more || (places === undefined && before.tasks.length > 0),
      ended:
        isPlanEnded(plan.state) && !more && (places === undefined ? !minted : undoneIn(plan.state) <= places.undo.size),
    };
  };
}

interface Places {
  /** tasks' tickets, sorted by id */
  readonly tasks: readonly TicketHead[];
  /** by the place of the task that is undone */
  readonly undo: ReadonlyMap<number, TicketHead>;
}

/** No places while the index does not have all of the plan's tickets: they are not certain yet. */
async function placesOf(reader: PlanReader, plan: PlanState): Promise<{ minted: boolean; places?: Places }> {
  const heads = await reader.loadTicketHeads(await reader.listTicketIds(plan.plan_id));
  const tasks = heads.filter(({ compensates }) => compensates === undefined);
  if (tasks.length !== plan.tickets) return { minted: heads.length > 0 };
  tasks.sort((a, b) => (a.ticket_id < b.ticket_id ? -1 : 1));
  const places = new Map(tasks.map(({ ticket_id }, place) => [ticket_id, place]));
  const undoing = heads.flatMap((head) => {
    const place = head.compensates === undefined ? undefined : places.get(head.compensates);
    return place === undefined ? [] : [[place, head] as const];
  });
  return { minted: true, places: { tasks, undo: new Map(undoing) } };
}

/** Tickets that undo others, as the plan itself counts them: the index may not show them all yet. */
const undoneIn = (plan: PlanState): number => ('compensations' in plan ? plan.compensations : 0);

/** @throws HiveError CURSOR_INVALID when the position is not one of this plan */
function lanesOf(planId: string, version: number, before: TimelinePosition, places: Places | undefined): Lane[] {
  const lanes = [{ aggregate: planAggregate(planId), told: before.plan, version }];
  if (places !== undefined) {
    if (before.tasks.length > 0 && before.tasks.length !== places.tasks.length) throw foreign();
    for (const [place, { ticket_id, version }] of places.tasks.entries())
      lanes.push({ aggregate: ticketAggregate(ticket_id), told: before.tasks[place] ?? 0, version });
    for (const [place, { ticket_id, version }] of places.undo)
      lanes.push({ aggregate: ticketAggregate(ticket_id), told: before.undo[place] ?? 0, version });
  }
  if (lanes.some(({ told, version }) => told > version)) throw foreign();
  return lanes;
}

const foreign = () =>
  new HiveError('CURSOR_INVALID', 'The cursor tells of events that this plan does not have: begin without one.');

function positionOf(
  planId: string,
  before: TimelinePosition,
  places: Places | undefined,
  told: ReadonlyMap<string, number>,
): TimelinePosition {
  const at = (ticketId: string): number => told.get(ticketAggregate(ticketId)) ?? 0;
  const plan = told.get(planAggregate(planId)) ?? before.plan;
  if (places === undefined) return { ...before, plan };
  const tasks = places.tasks.map(({ ticket_id }) => at(ticket_id));
  const undo = places.tasks.map((_, place) => {
    const head = places.undo.get(place);
    return head === undefined ? (before.undo[place] ?? 0) : at(head.ticket_id);
  });
  return { plan, tasks, undo: undo.some((version) => version > 0) ? undo : [] };
}

function show({ aggregate, version, at, subject, event }: PartOfEvent): TimelineEvent {
  const { plan_id = '', ticket_id, task_id } = subject;
  return {
    event_id: `${aggregate}@${version}`,
    at,
    type: event.type,
    plan_id,
    ...(ticket_id === undefined ? {} : { ticket_id }),
    ...(task_id === undefined ? {} : { task_id }),
    data: toldOf(event),
  };
}
