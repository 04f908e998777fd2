/** Where the time of a run went: its wall time against the longest chain of work that its DAG demands. */

import { isPlanEnded } from '../../core/plan/state.ts';
import type { PlanView, TicketRow } from './plan-view.ts';

export interface TicketTiming {
  readonly task_id: string;
  /** from ready to started: scheduling, and waiting for a slot */
  readonly waited_ms?: number;
  /** as its agent measured it */
  readonly ran_ms?: number;
  readonly on_critical_path: boolean;
}

export interface Timing {
  /** from receipt to end, or to now */
  readonly wall_ms: number;
  /** the longest chain of dependencies by the time its tickets ran: no run of this DAG can be shorter */
  readonly critical_path_ms: number;
  /** task ids, first to last */
  readonly critical_path: readonly string[];
  /** in which the plan waited for a person: to be approved, resumed, redriven or helped; absent while not known */
  readonly stood_ms?: number;
  /** wall time less critical path, and less the time that it stood */
  readonly overhead_ms: number;
  /** overhead over the tickets of the critical path */
  readonly overhead_per_ticket_ms: number;
  /** what the overhead is made of; absent while it is not known when the tickets were assigned */
  readonly overhead?: {
    /** tickets of the critical path that were ready and not assigned to an agent yet */
    readonly waiting_for_agent_ms: number;
    /** the rest: the plan's machine, claims, reports, and whatever else the orchestrator does in between */
    readonly orchestrator_ms: number;
  };
  readonly tickets: readonly TicketTiming[];
}

/** What the ledger's events tell of a run beside the states that it ended in. */
export interface RunHistory {
  /** when tickets were assigned the last time, by ticket id, in epoch ms */
  readonly assignedAt?: ReadonlyMap<string, number>;
  /** ms */
  readonly stoodMs?: number;
}

/** Tickets that never ran count as 0 ms. */
export function timingOf({ plan, tickets, at }: PlanView, { assignedAt, stoodMs }: RunHistory = {}): Timing {
  const end = isPlanEnded(plan) && 'ended_at' in plan ? plan.ended_at : at;
  const path = pathOf(tickets);
  const critical_path_ms = path.reduce((sum, row) => sum + ranMs(row), 0);
  const wall_ms = Math.max(0, end - plan.received_at);
  // What ran may have gone on while the plan stood.
  const stood_ms = Math.min(stoodMs ?? 0, Math.max(0, wall_ms - critical_path_ms));
  const overhead_ms = Math.max(0, wall_ms - critical_path_ms - stood_ms);
  const onPath = new Set(path);
  return {
    wall_ms,
    critical_path_ms,
    critical_path: path.map(({ task_id }) => task_id),
    ...(stoodMs === undefined ? {} : { stood_ms }),
    overhead_ms,
    overhead_per_ticket_ms: path.length === 0 ? 0 : overhead_ms / path.length,
    ...(assignedAt === undefined || path.length === 0 ? {} : { overhead: partsOf(overhead_ms, path, assignedAt) }),
    tickets: tickets.map((row) => {
      const { state } = row;
      return {
        task_id: row.task_id,
        ...('started_at' in state ? { waited_ms: Math.max(0, state.started_at - state.ready_at) } : {}),
        ...('duration_ms' in state ? { ran_ms: state.duration_ms } : {}),
        on_critical_path: onPath.has(row),
      };
    }),
  };
}

function partsOf(overhead_ms: number, path: readonly TicketRow[], assignedAt: ReadonlyMap<string, number>) {
  const waited = path.reduce((sum, { ticket_id, state }) => {
    const assigned = assignedAt.get(ticket_id);
    return assigned === undefined || !('ready_at' in state) ? sum : sum + Math.max(0, assigned - state.ready_at);
  }, 0);
  const waiting_for_agent_ms = Math.min(waited, overhead_ms);
  return { waiting_for_agent_ms, orchestrator_ms: overhead_ms - waiting_for_agent_ms };
}

const ranMs = ({ state }: TicketRow): number => ('duration_ms' in state ? state.duration_ms : 0);

/** What is undone is undone when the rest is over: its longest path comes on top. */
export const pathOf = (rows: readonly TicketRow[]): TicketRow[] => [
  ...criticalPath(rows.filter(({ state }) => state.compensates === undefined)),
  ...criticalPath(rows.filter(({ state }) => state.compensates !== undefined)),
];

/** Longest path by time run; the rows stand in an order of the DAG, so one pass is enough. */
function criticalPath(rows: readonly TicketRow[]): TicketRow[] {
  const best = new Map<string, { row: TicketRow; ms: number; before: string | undefined }>();
  let last: string | undefined;
  for (const row of rows) {
    let before: string | undefined;
    for (const id of row.dependencies) if ((best.get(id)?.ms ?? -1) > (best.get(before ?? '')?.ms ?? -1)) before = id;
    const ms = ranMs(row) + (before === undefined ? 0 : (best.get(before)?.ms ?? 0));
    best.set(row.task_id, { row, ms, before });
    if (last === undefined || ms > (best.get(last)?.ms ?? 0)) last = row.task_id;
  }
  const path: TicketRow[] = [];
  for (let at = last === undefined ? undefined : best.get(last); at; at = best.get(at.before ?? '')) {
    path.unshift(at.row);
    if (at.before === undefined) break;
  }
  return path;
}
