/** What changed between two looks at a plan: the lines and records of a run that nobody watches on a terminal. */
import type { PlanPhaseName } from '../../core/plan/state.ts';
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';
import { PHASE_LOOK } from './phases.ts';
import { type PlanNote, planNote, standing } from './plan-note.ts';
import type { PlanView, TicketRow } from './plan-view.ts';
import { stuckLine } from './stuck.ts';
import { plain } from './text.ts';

export type Change =
  | ({
      readonly kind: 'plan';
      readonly at: number;
      readonly plan_id: string;
      readonly phase: PlanPhaseName;
      readonly tickets: number;
    } & Partial<PlanNote>)
  | {
      readonly kind: 'ticket';
      readonly at: number;
      readonly plan_id: string;
      readonly task_id: string;
      readonly ticket_id: string;
      /** as the outside sees it (ExecutionTicket.status) */
      readonly status: string;
      readonly phase: string;
      /** the attempt and the agent that brought it there; of what is undone, those of the ticket that undoes it */
      readonly attempt?: number;
      readonly agent_id?: string;
      readonly error_code?: string;
      readonly error_message?: string;
    }
  | {
      readonly kind: 'waiting';
      readonly at: number;
      readonly plan_id: string;
      readonly why: string;
      readonly task_ids: readonly string[];
    };

/** Oldest first. Against nothing, everything that has left its first phase is a change. */
export function changesBetween(before: PlanView | undefined, after: PlanView): Change[] {
  const { plan } = after;
  const known = new Map(before?.tickets.map(({ ticket_id, state }) => [ticket_id, keyOf(state)]));
  const waiting = newReasons(before, after);
  const byId = new Map(after.tickets.map((row) => [row.ticket_id, row.state]));
  const tickets = after.tickets
    .filter(({ ticket_id, state }) => keyOf(state) !== (known.get(ticket_id) ?? 'created#0'))
    .map((row) => ticketChange(row, after, byId))
    .sort((a, b) => a.at - b.at);
  if (before?.plan.phase === plan.phase) return [...tickets, ...waiting];
  const { plan_id, phase, tickets: count } = plan;
  const change: Change = { kind: 'plan', at: reachedAt(plan), plan_id, phase, tickets: count, ...planNote(plan) };
  return 'ended_at' in plan ? [...tickets, change] : [change, ...tickets, ...waiting];
}

/** Reasons to wait that the look before did not have. */
function newReasons(before: PlanView | undefined, { plan, stuck = [], at }: PlanView): Change[] {
  const told = new Set(before?.stuck?.map(({ why }) => why));
  return stuck
    .filter(({ why }) => !told.has(why))
    .map(({ why, task_ids }) => ({ kind: 'waiting', at, plan_id: plan.plan_id, why, task_ids }));
}

/** When it came to the phase it is in. */
function reachedAt(plan: PlanView['plan']): number {
  if ('ended_at' in plan) return plan.ended_at;
  if (plan.phase === 'paused') return plan.paused_at;
  if (plan.phase === 'halted') return plan.halted_at;
  if (plan.phase === 'compensating') return plan.failed_at;
  if ('started_at' in plan && plan.started_at !== undefined) return plan.started_at;
  return 'accepted_at' in plan && plan.accepted_at !== undefined ? plan.accepted_at : plan.received_at;
}

const keyOf = (state: TicketRow['state']): string => `${state.phase}#${state.attempts}`;

function ticketChange(
  { task_id, ticket_id, state }: TicketRow,
  { plan, at }: PlanView,
  byId: ReadonlyMap<string, TicketRow['state']>,
): Change {
  // Whose doing the change is: what is undone is another agent's, that of the ticket that undoes it.
  const actor = 'compensation_ticket_id' in state ? byId.get(state.compensation_ticket_id) : state;
  return {
    kind: 'ticket',
    at: sinceWhen(state) ?? at,
    plan_id: plan.plan_id,
    task_id,
    ticket_id,
    status: STATUS_OF_PHASE[state.phase],
    phase: state.phase,
    ...(actor !== undefined && 'agent_id' in actor ? { attempt: actor.attempt, agent_id: actor.agent_id } : {}),
    ...('error_code' in state ? { error_code: state.error_code, error_message: state.error_message } : {}),
  };
}

/** Undefined where the state does not say when it came about. */
function sinceWhen(state: TicketRow['state']): number | undefined {
  if (state.phase === 'compensated') return state.compensated_at;
  if (state.phase === 'compensating') return undefined;
  if ('since' in state) return state.since;
  if ('completed_at' in state) return state.completed_at;
  if ('started_at' in state) return state.started_at;
  if ('assigned_at' in state) return state.assigned_at;
  return 'ready_at' in state ? state.ready_at : undefined;
}

/** `20:15:04.120 build-core completed agent-7`. */
export function changeLine(change: Change): string {
  const time = new Date(change.at).toISOString().slice(11, 23);
  if (change.kind === 'plan') return plain(`${time} plan ${change.plan_id} ${standing(change)}`);
  if (change.kind === 'waiting') return `${time} ! ${stuckLine(change)}`;
  const { word } = PHASE_LOOK[change.phase as TicketRow['state']['phase']];
  const error = change.error_code === undefined ? '' : ` ${change.error_code}: ${change.error_message}`;
  return plain(`${time} ${change.task_id} ${word}${change.agent_id ? ` ${change.agent_id}` : ''}${error}`);
}
