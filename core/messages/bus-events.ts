/** Events the orchestrator puts on the bus: past-tense facts, each a projection of one ledger event. */
import { z } from 'zod';
import { absent, epochMs } from './primitives.ts';

export const BUS_SOURCE = 'neural-hive.orchestrator';
export const PLAN_APPROVED = 'CognitivePlanApproved';

/** `event_id` is the same when the same fact is published again: consumers drop what they have seen. */
const fact = {
  event_id: z.string(),
  at: epochMs,
  schema_version: z.literal(1),
};
const correlation = {
  plan_id: z.string(),
  intent_id: absent(z.string()),
  correlation_id: absent(z.string()),
  trace_id: absent(z.string()),
};
const ofTicket = { ...fact, ...correlation, ticket_id: z.uuid(), task_id: z.string() };

export const planFault = z.object({ code: z.string(), path: z.string(), message: z.string() });
export type PlanFault = z.output<typeof planFault>;

export const BUS_EVENTS = {
  PlanAccepted: z.object({ ...fact, ...correlation, tickets: z.int(), shape: z.string() }),
  PlanAwaitingApproval: z.object({ ...fact, ...correlation, reasons: z.array(z.string()) }),
  PlanRejected: z.object({
    ...fact,
    plan_id: absent(z.string()),
    intent_id: absent(z.string()),
    correlation_id: absent(z.string()),
    digest: z.string(),
    reissue: z.boolean(),
    faults: z.array(planFault),
    faults_total: z.int(),
  }),
  PlanStarted: z.object({ ...fact, ...correlation, execution_arn: z.string() }),
  PlanCompleted: z.object({ ...fact, ...correlation, duration_ms: z.int(), tickets: z.int() }),
  PlanFailed: z.object({ ...fact, ...correlation, reason: z.string(), failed_tasks: z.array(z.string()) }),
  TicketReady: z.object({ ...ofTicket, pool: z.string() }),
  TicketAssigned: z.object({ ...ofTicket, agent_id: z.string(), attempt: z.int() }),
  TicketStarted: z.object({ ...ofTicket, agent_id: z.string(), attempt: z.int() }),
  TicketCompleted: z.object({ ...ofTicket, agent_id: z.string(), attempt: z.int(), duration_ms: z.int() }),
  TicketFailed: z.object({
    ...ofTicket,
    agent_id: absent(z.string()),
    error_message: z.string(),
    error_code: z.string(),
  }),
  TicketCancelled: z.object({ ...ofTicket, reason: z.string() }),
} as const;
export type BusEventType = keyof typeof BUS_EVENTS;
export interface BusEvent {
  detail_type: BusEventType;
  detail: Record<string, unknown>;
}
