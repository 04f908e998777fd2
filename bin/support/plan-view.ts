/** A plan and its tickets as the commands show them: read from the ledger, in the order of the DAG. */

import { type PlanPrediction, standingPrediction } from '../../core/plan/prediction.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { TicketSpec, TicketState } from '../../core/ticket/state.ts';

export interface TicketRow {
  readonly ticket_id: string;
  readonly task_id: string;
  readonly task_type: string;
  /** task ids */
  readonly dependencies: readonly string[];
  readonly required_capabilities: readonly string[];
  readonly security_level: TicketSpec['security_level'];
  /** longest path from a source, in edges */
  readonly level: number;
  readonly state: TicketState;
}

export interface PlanView {
  readonly plan: PlanState;
  /** by level, then by task id; empty while none are minted */
  readonly tickets: readonly TicketRow[];
  /** epoch ms */
  readonly at: number;
  /** how it is expected to end, while it goes on */
  readonly prediction?: PlanPrediction;
  /** where it was looked for: what keeps ready tickets waiting */
  readonly stuck?: readonly Stuck[];
}

/** Tickets that wait for the same reason. */
export interface Stuck {
  /** fit for a terminal */
  readonly why: string;
  readonly task_ids: readonly string[];
}

export interface PlanSource {
  readonly ledger: Pick<Ledger, 'ticketIdsOfPlan' | 'loadTicketStates'>;
  readonly reader: Pick<PlanReader, 'loadPlan' | 'loadTicketSpecs'>;
}

type Place = Omit<TicketRow, 'state'>;

/**
 * A function that reads where the plan stands, undefined while there is no such plan. What cannot change is read once: the
 * DAG, and completed tickets as long as the plan stays in its phase.
 */
export function createLook(
  { ledger, reader }: PlanSource,
  planId: string,
): (now: number) => Promise<PlanView | undefined> {
  let places: Place[] = [];
  const completed = new Map<string, TicketState>();
  let phase: PlanState['phase'] | undefined;
  return async (now) => {
    const history = await reader.loadPlan(planId);
    if (history === undefined) return undefined;
    const { state: plan, prediction } = history;
    if (plan.phase !== phase) completed.clear();
    phase = plan.phase;
    // The index of a plan's tickets lags behind; until it has them all it is asked again.
    if (places.length < plan.tickets + ('compensations' in plan ? plan.compensations : 0))
      places = placesOf(await reader.loadTicketSpecs(await ledger.ticketIdsOfPlan(planId)));
    const open = places.filter(({ ticket_id }) => !completed.has(ticket_id)).map(({ ticket_id }) => ticket_id);
    const states = new Map(completed);
    for (const state of await ledger.loadTicketStates(open)) {
      states.set(state.ticket_id, state);
      if (state.phase === 'completed' && plan.phase !== 'compensating') completed.set(state.ticket_id, state);
    }
    const tickets = places.flatMap((place) => {
      const state = states.get(place.ticket_id);
      return state === undefined ? [] : [{ ...place, state }];
    });
    return { plan, tickets, at: now, ...standingPrediction(plan, prediction) };
  };
}

/** Tickets in an order in which they could run; those that undo others below all the rest. */
export function placesOf(specs: readonly TicketSpec[]): Place[] {
  const byId = new Map(specs.map((spec) => [spec.ticket_id, spec]));
  const levels = levelsOf(byId);
  const below = specs.reduce(
    (lowest, { ticket_id, compensates }) =>
      compensates === undefined ? Math.max(lowest, (levels.get(ticket_id) ?? 0) + 1) : lowest,
    0,
  );
  return specs
    .map((spec) => ({
      ticket_id: spec.ticket_id,
      task_id: spec.task_id,
      task_type: spec.task_type,
      dependencies: spec.dependencies.map((id) => byId.get(id)?.task_id ?? id),
      required_capabilities: spec.required_capabilities,
      security_level: spec.security_level,
      level: (levels.get(spec.ticket_id) ?? 0) + (spec.compensates === undefined ? 0 : below),
    }))
    .sort((a, b) => a.level - b.level || (a.task_id < b.task_id ? -1 : 1));
}

/** Longest paths (Kahn 1962); a ticket whose dependency is not known yet stands as if it had none. */
function levelsOf(byId: ReadonlyMap<string, TicketSpec>): Map<string, number> {
  const level = new Map<string, number>();
  const unmet = new Map<string, number>();
  const successors = new Map<string, string[]>();
  for (const spec of byId.values()) {
    const known = spec.dependencies.filter((id) => byId.has(id));
    unmet.set(spec.ticket_id, known.length);
    for (const id of known) {
      const list = successors.get(id);
      if (list) list.push(spec.ticket_id);
      else successors.set(id, [spec.ticket_id]);
    }
  }
  const ready = [...unmet].filter(([, count]) => count === 0).map(([id]) => id);
  for (let next = 0; next < ready.length; next++) {
    const id = ready[next] ?? '';
    const own = level.get(id) ?? 0;
    level.set(id, own);
    for (const successor of successors.get(id) ?? []) {
      level.set(successor, Math.max(level.get(successor) ?? 0, own + 1));
      const left = (unmet.get(successor) ?? 1) - 1;
      unmet.set(successor, left);
      if (left === 0) ready.push(successor);
    }
  }
  return level;
}
