/** What else is known where a ticket's life is explained. */
import type { Recorded } from '../ledger/chain.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketSpec, TicketState } from '../ticket/state.ts';

/** What a ticket's life is explained by. */
export interface Surroundings {
  readonly spec: TicketSpec;
  /** oldest first */
  readonly planEvents: readonly Recorded<PlanEvent>[];
  /** those that it depends on, or is gated by, as they stand now; by ticket id */
  readonly others: ReadonlyMap<string, TicketState>;
  readonly agents: readonly AgentRecord[];
  /** what is told of a ticket that policies keep from all that could run it */
  readonly denied?: string | undefined;
  /** epoch ms */
  readonly now: number;
}

const MAX_TASKS = 20;

/** Task ids, as many as are told. */
export const tasksOf = (states: readonly TicketState[]): string[] =>
  states.slice(0, MAX_TASKS).map(({ task_id }) => task_id);

/** Task ids of tickets, as far as they are known. */
export const named = (ids: readonly string[], others: Surroundings['others']): string[] =>
  ids.slice(0, MAX_TASKS).map((id) => others.get(id)?.task_id ?? id);
