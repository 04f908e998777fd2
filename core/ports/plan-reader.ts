/**
 * Reads for people: plans with their tickets, agents and incidents, one by one and as lists, and events from any version on.
 *
 * Reads by id are strongly consistent; lists of plans, tickets and incidents go over an index and may lag. What is not
 * there is left out of lists, and undefined where one thing was asked for. Nothing here writes.
 */
import type { IncidentState } from '../incident/incident.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { PlanPrediction } from '../plan/prediction.ts';
import type { PlanState } from '../plan/state.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketEvent } from '../ticket/events.ts';
import type { PhaseName, TicketSpec, TicketState } from '../ticket/state.ts';

/** Part of a list. */
export interface Slice<T> {
  readonly items: readonly T[];
  /** where the next slice goes on; absent when this is the last */
  readonly next?: string;
}

export interface SliceRequest {
  /** at most so many; a slice may hold fewer, and even none, and still not be the last */
  readonly limit: number;
  /** `next` of the slice before */
  readonly after?: string | undefined;
}

export interface PlanHistory {
  readonly state: PlanState;
  readonly version: number;
  /** how it was last expected to end, while it ran */
  readonly prediction?: PlanPrediction;
  /** oldest first */
  readonly events: readonly Recorded<PlanEvent>[];
}

/** A ticket as it stands, with what never changes of it. */
export interface TicketEntry {
  readonly spec: TicketSpec;
  readonly state: TicketState;
  readonly version: number;
  /** epoch ms of the holder's last sign of life */
  readonly touched_at?: number;
}

export interface TicketHistory extends TicketEntry {
  /** oldest first */
  readonly events: readonly Recorded<TicketEvent>[];
}

/** How far a ticket is, without the rest of it. */
export interface TicketHead {
  readonly ticket_id: string;
  readonly version: number;
  readonly phase: PhaseName;
  /** the ticket that this one undoes */
  readonly compensates?: string;
}

/** One event of an aggregate (`PLAN#…`, `TICKET#…`). */
export interface EventRef {
  readonly aggregate: string;
  readonly version: number;
}

/** An event with those of its members that were asked for; `type` is always among them. */
export type PartOfEvent = Pick<Recorded, 'aggregate' | 'version' | 'at' | 'subject'> & {
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
};

export interface PlanReader {
  loadPlan(planId: string): Promise<PlanHistory | undefined>;
  /** newest first */
  listPlans(request: SliceRequest): Promise<Slice<PlanState>>;

  loadTicket(ticketId: string): Promise<TicketHistory | undefined>;
  /** All events of a ticket, oldest first; none when there is no such ticket. */
  loadTicketEvents(ticketId: string): Promise<Recorded<TicketEvent>[]>;
  /** What was minted, in no order. */
  loadTicketSpecs(ticketIds: readonly string[]): Promise<TicketSpec[]>;
  /** in no order */
  loadTicketHeads(ticketIds: readonly string[]): Promise<TicketHead[]>;
  /** in order of the ticket ids */
  listTickets(planId: string, request: SliceRequest): Promise<Slice<TicketEntry>>;
  /** all of a plan, in order, those that undo others among them */
  listTicketIds(planId: string): Promise<string[]>;

  /** In no order. `members`: names of the events' members to read; others are not fetched, a result may be large. */
  loadEvents(refs: readonly EventRef[], members: readonly string[]): Promise<PartOfEvent[]>;

  loadAgent(agentId: string): Promise<AgentRecord | undefined>;
  /** in order of the agent ids, those that offer the capability (`*`: all); removed ones are left out */
  listAgents(capability: string, request: SliceRequest): Promise<Slice<AgentRecord>>;

  loadIncident(incidentId: string): Promise<IncidentState | undefined>;
  /** newest first */
  listIncidents(request: SliceRequest): Promise<Slice<IncidentState>>;
}
