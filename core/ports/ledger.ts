/**
 * The event-sourced ledger. `commit` is the only way anything changes: all writes of a call happen, or none.
 *
 * Every read by key is strongly consistent; `ticketIdsOfPlan` and `listPlans` go over an index and may lag.
 * Not its business: retrying (callers re-read and decide again), publishing (that is read from the stream).
 */
import type { IncidentRecord, IncidentState } from '../incident/incident.ts';
import type { Aggregate } from '../ledger/aggregate.ts';
import type { DomainEvent, Head, Recorded } from '../ledger/chain.ts';
import type { PlanPrediction } from '../plan/prediction.ts';
import type { PlanRecord, PlanState } from '../plan/state.ts';
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { StrategyRecord, StrategyState } from '../schedule/strategy/choice.ts';
import type { Held } from '../swarm/agent.ts';
import type { HealthRecord, HealthState } from '../swarm/health/state.ts';
import type { TicketRecord, TicketState } from '../ticket/state.ts';
import type { Deposit } from '../trail/deposit.ts';

export type Write =
  /** Appends events and replaces the state; fails unless the aggregate stands at `records[0].version - 1`. */
  | { kind: 'append_ticket'; records: readonly Recorded[]; state: TicketState }
  | { kind: 'append_plan'; records: readonly Recorded[]; state: PlanState }
  /** Changes nothing; fails unless the plan stands at this version. */
  | { kind: 'plan_at'; plan_id: string; version: number }
  | { kind: 'append_rejection'; records: readonly Recorded[] }
  | { kind: 'append_incident'; records: readonly Recorded[]; state: IncidentState }
  | { kind: 'append_strategy'; records: readonly Recorded[]; state: StrategyState }
  /**
   * Appends to an aggregate that nothing but its events and state is kept of (policies, keys, assets …). `listed`: where
   * `listStates` finds it; `by` sorts.
   */
  | {
      kind: 'append';
      records: readonly Recorded[];
      state: object;
      listed?: { readonly under: string; readonly by: string };
    }
  /**
   * The agent's item gets a copy of the state; fails unless there is such an agent. `leaves`: it is removed with it, and
   * that fails unless it holds nothing and was last heard of then (epoch ms). `owner`: it is another's (`is`; absent:
   * nobody's, and not theirs to take by whom it is `given_up_by`) with it, and that fails unless it `was` theirs.
   */
  | {
      kind: 'append_health';
      records: readonly Recorded[];
      state: HealthState;
      leaves?: { last_heard_at: number };
      owner?: { readonly was?: string; readonly is?: string; readonly given_up_by?: string };
    }
  | { kind: 'enqueue'; entry: QueueEntry }
  /** Removing what is not there is no failure. */
  | { kind: 'dequeue'; entry: Pick<QueueEntry, 'pool' | 'key'> }
  /** Fails unless the agent takes work, has a free slot and does not hold the ticket yet. */
  | ({ kind: 'hold_slot'; agent_id: string; ticket_id: string } & Held)
  /**
   * Freeing a slot that is not held is no failure. `lost`: the agent did not answer for the attempt, which counts against
   * it until it has `answered` for one; absent: its being over says nothing of the agent.
   */
  | { kind: 'free_slot'; agent_id: string; ticket_id: string; attempt_was?: 'answered' | 'lost' }
  /** Adds to the sums of a trail, which begin at 0: no condition. */
  | { kind: 'deposit_trail'; deposit: Deposit };

/** Writes of one commit; the technology's own limit (DynamoDB: 100 items in a transaction, an append is two or more). */
export const MAX_ITEMS_PER_COMMIT = 100;

export interface Listed<State> {
  readonly by: string;
  readonly state: State;
}

/** Who holds a running attempt. */
export interface Claim {
  readonly agent_id: string;
  readonly attempt: number;
  readonly claim_digest: string;
}

/** How far an aggregate is. */
export interface Standing<State> {
  readonly head: Head;
  readonly state: State;
}

export interface Ledger {
  loadTicket(ticketId: string): Promise<TicketRecord | undefined>;
  loadTicketStates(ticketIds: readonly string[]): Promise<TicketState[]>;
  loadPlan(planId: string): Promise<PlanRecord | undefined>;
  /** where it stands, without what never changes of it */
  loadPlanState(planId: string): Promise<PlanState | undefined>;
  loadRejection(digest: string): Promise<Recorded | undefined>;
  loadIncident(incidentId: string): Promise<IncidentRecord | undefined>;
  /** which strategy is in force; undefined while it is the first one */
  loadStrategy(): Promise<StrategyRecord | undefined>;
  /** undefined for an agent of whose health nothing was ever recorded */
  loadHealth(agentId: string): Promise<HealthRecord | undefined>;
  /** what was written by `append` */
  loadAggregate<E extends DomainEvent, State>(aggregate: string): Promise<Aggregate<E, State> | undefined>;
  /** as `loadAggregate`, without its events */
  loadState<State>(aggregate: string): Promise<Standing<State> | undefined>;
  /** States listed `under` a name, the last by `by` first; over an index, which may lag. */
  listStates<State>(under: string, limit: number): Promise<State[]>;
  /** as `listStates`, a slice at a time, with what each is listed `by`; `next` is absent when this is the last */
  sliceStates<State>(
    under: string,
    request: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly items: readonly Listed<State>[]; readonly next?: string }>;
  /** those that undo others too */
  ticketIdsOfPlan(planId: string): Promise<string[]>;
  /** newest first */
  listPlans(limit: number): Promise<PlanState[]>;
  /** @throws HiveError COMMIT_CONFLICT (detail.failed: indexes of the writes whose condition did not hold; empty when another transaction was in the way) */
  commit(writes: readonly Write[]): Promise<void>;
  /** Notes that the holder of the attempt lives: not an event, and no event that is appended undoes it. Resolves to false when the attempt is not running under this claim. */
  touchTicket(ticketId: string, claim: Claim, at: number): Promise<boolean>;
  /** Notes that all that follows from the ticket's end has been done, so that it need not be done again: not an event. */
  markSettled(ticketId: string, version: number, at: number): Promise<void>;
  /** When the plan is looked at next (epoch ms), as far as it was noted. */
  nextLookOf(planId: string): Promise<number | undefined>;
  /**
   * Notes when a timer will look at the plan, so that another timer need not go on, and how the plan is expected to end, if
   * that was predicted: not an event.
   */
  noteNextLook(planId: string, at: number, prediction?: PlanPrediction): Promise<void>;
}
