/**
 * What the Monitoring API says, over REST and over RPC alike: views of plans, tickets, agents and incidents, a plan's
 * timeline, and what operators ask for. Nothing here carries a task token, a claim or its digest.
 */
import { z } from 'zod';
import { executionTicket, TICKET_STATUSES } from './execution-ticket.ts';
import { orchestrationIncident } from './incident.ts';
import { absent, agentId, customerTier, epochMs, riskBand, securityLevel, stringMap, text } from './primitives.ts';

export const PLAN_PHASES = [
  'received',
  'awaiting_approval',
  'accepted',
  'running',
  'paused',
  'halted',
  'compensating',
  'completed',
  'failed',
  'compensated',
  'cancelled',
  'rejected',
] as const;
export const TICKET_PHASES = [
  'created',
  'gated',
  'ready',
  'deferred',
  'assigned',
  'running',
  'backing_off',
  'awaiting_person',
  'completed',
  'skipped',
  'failed',
  'cancelled',
  'compensating',
  'compensated',
] as const;
export const INCIDENT_STATUSES = ['open', 'resolved'] as const;
const count = z.int().nonnegative();

/** One page of a list; without `next_cursor` it is the last. A cursor is opaque: it is handed back as it came. */
const pageOf = <T extends z.ZodType>(item: T, name: string) =>
  z.object({ items: z.array(item), next_cursor: absent(z.string()) }).meta({ id: name, title: name });
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor?: string | undefined;
}

const planFacts = {
  plan_id: z.string(),
  intent_id: z.string(),
  phase: z.enum(PLAN_PHASES),
  risk_band: riskBand,
  tickets: count,
  received_at: epochMs,
  deadline: epochMs,
  accepted_at: absent(epochMs),
  started_at: absent(epochMs),
  ended_at: absent(epochMs),
};
export const planSummary = z.object(planFacts).meta({ id: 'PlanSummary', title: 'PlanSummary' });
export type PlanSummary = z.output<typeof planSummary>;

/** What a person did to a plan or a ticket. */
export const intervention = z
  .object({ event_id: z.string(), at: epochMs, type: z.string(), by: z.string(), why: absent(z.string()) })
  .meta({ id: 'Intervention', title: 'Intervention' });
export type Intervention = z.output<typeof intervention>;

/** As long as the plan goes on. */
export const planPrediction = z
  .object({
    probability: z.number().min(0).max(1).meta({ description: 'that it is completed by its deadline' }),
    p50_at: absent(epochMs).meta({
      description: 'when it is as likely as not to be completed; absent: never as likely',
    }),
    p90_at: absent(epochMs).meta({ description: 'the same, in nine of ten cases' }),
    deadline: epochMs.meta({ description: 'as it was then' }),
  })
  .meta({ id: 'PlanPrediction', title: 'PlanPrediction', description: 'How a plan is expected to end' });

export const planView = z
  .object({
    ...planFacts,
    version: z.int().positive().meta({ description: "events of the plan so far; grows with each of the plan's own" }),
    plan_version: z.string(),
    correlation_id: absent(z.string()),
    trace_id: absent(z.string()),
    tenant_id: z.string(),
    customer_tier: customerTier,
    original_domain: z.string(),
    on_failure: z.enum(['compensate', 'halt', 'continue']),
    risk_score: z.number(),
    is_destructive: z.boolean(),
    reasoning_summary: z.string(),
    metadata: stringMap,
    run: z.int().positive().meta({ description: 'its execution is its run-th: one more each time it is redriven' }),
    shape: absent(z.string()),
    execution_arn: absent(z.string()),
    machine_arn: absent(z.string()),
    tickets_by_status: z.object(Object.fromEntries(TICKET_STATUSES.map((status) => [status, count]))) as z.ZodObject<
      Record<(typeof TICKET_STATUSES)[number], typeof count>
    >,
    tickets_by_phase: z.partialRecord(z.enum(TICKET_PHASES), count),
    approval_reasons: absent(z.array(z.string())).meta({ description: 'why a person must approve it first' }),
    reason: absent(z.string()).meta({ description: 'why it failed, was halted, paused, cancelled or rejected' }),
    failed_tasks: absent(z.array(z.string())),
    incident_id: absent(z.string()),
    compensations: absent(count).meta({ description: 'tickets that undo what was done' }),
    prediction: absent(planPrediction).meta({ description: 'as it was predicted last, while it goes on' }),
    interventions: z.array(intervention).meta({ description: 'what people did to it, the newest 50, oldest first' }),
  })
  .meta({ id: 'PlanView', title: 'PlanView' });
export type PlanView = z.output<typeof planView>;

const ticketFacts = {
  ...executionTicket.shape,
  phase: z.enum(TICKET_PHASES),
  version: z.int().positive().meta({ description: 'events of the ticket so far' }),
  pool: z.string(),
  attempts: count.meta({ description: 'assignments so far: the number that fences an attempt' }),
  failures: count.meta({ description: 'attempts that failed after their claim: what uses up sla.max_retries' }),
  waits_for: z.array(z.string()).meta({ description: 'ids of tickets that gate it and are not complete' }),
  agent_id: absent(z.string()).meta({ description: 'who holds it, or held it when it ended' }),
  attempt: absent(count),
  ready_at: absent(epochMs),
  assigned_at: absent(epochMs),
  timeout_at: absent(epochMs),
  retry_at: absent(epochMs),
  heard_of_at: absent(epochMs).meta({ description: "the holder's last sign of life" }),
  error_code: absent(z.string()),
  incident_id: absent(z.string()),
  compensates: absent(z.string()).meta({ description: 'the ticket that this one undoes' }),
};
export const ticketView = z.object(ticketFacts).meta({ id: 'TicketView', title: 'TicketView' });
export type TicketView = z.output<typeof ticketView>;

/** What an attempt came to; `open` while it is under way. */
export const attemptView = z
  .object({
    attempt: z.int().positive(),
    agent_id: z.string(),
    assigned_at: epochMs,
    started_at: absent(epochMs),
    ended_at: absent(epochMs),
    outcome: z.string().meta({ description: 'open, or the type of the event that ended it' }),
    error_code: absent(z.string()),
    error_message: absent(z.string()),
  })
  .meta({ id: 'AttemptView', title: 'AttemptView' });
export type AttemptView = z.output<typeof attemptView>;

export const ticketResult = z
  .object({ success: z.boolean(), output: stringMap, metadata: stringMap, logs: z.array(text) })
  .meta({ id: 'TicketResult', title: 'TicketResult' });

export const ticketDetail = z
  .object({
    ...ticketFacts,
    history: z.array(attemptView),
    interventions: z.array(intervention),
    result: absent(ticketResult),
  })
  .meta({ id: 'TicketDetail', title: 'TicketDetail', description: 'A ticket with its attempts and its result' });
export type TicketDetail = z.output<typeof ticketDetail>;

export const timelineEvent = z
  .object({
    event_id: z.string().meta({ description: '`<aggregate>@<version>`: the same whenever the event is told again' }),
    at: epochMs,
    type: z.string(),
    plan_id: z.string(),
    ticket_id: absent(z.string()),
    task_id: absent(z.string()),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEvent', title: 'TimelineEvent' });
export type TimelineEvent = z.output<typeof timelineEvent>;

/** Each event is told once along a chain of cursors, whatever clocks say; a page is ordered by `at`, then `event_id`. */
export const timelinePage = z
  .object({
    items: z.array(timelineEvent),
    next_cursor: z.string().meta({ description: 'goes on behind what was told: also at the end, to ask for news' }),
    more: z.boolean().meta({ description: 'there are events already that this page had no room for' }),
    ended: z.boolean().meta({ description: 'the plan has ended and all is told: nothing more is to be expected' }),
  })
  .meta({ id: 'TimelinePage', title: 'TimelinePage' });
export type TimelinePage = z.output<typeof timelinePage>;

export const agentView = z
  .object({
    agent_id: agentId,
    kind: z.enum(['microservice', 'pipeline', 'human']),
    status: z.enum(['active', 'draining', 'removed']),
    health: z.enum(['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'DRAINING', 'QUARANTINED', 'REMOVED']).meta({
      description: 'only HEALTHY agents get tickets, DEGRADED ones where there is nobody else; silence makes UNHEALTHY',
    }),
    health_since: absent(epochMs).meta({ description: 'of what is recorded; absent: nothing ever was' }),
    health_reasons: z.array(z.string()).meta({ description: 'why it was recorded' }),
    capabilities: z.array(z.string()),
    location: z.object({ region: z.string(), zone: absent(z.string()) }),
    clearance: securityLevel,
    quarantined: absent(z.object({ by: z.string(), why: z.string(), at: epochMs })).meta({
      description: 'security has set it apart: it is given nothing, and nothing that it says of a ticket counts',
    }),
    owner: absent(z.string()).meta({ description: 'who speaks for it; told to whoever is of all tenants' }),
    version: z.string(),
    capacity: z.int().positive(),
    free_slots: count,
    heartbeat_interval_ms: z.int(),
    registered_at: epochMs,
    heartbeat_at: epochMs,
    holds: z.array(
      z.object({ ticket_id: z.string(), plan_id: z.string(), task_id: z.string(), attempt: z.int().positive() }),
    ),
  })
  .meta({ id: 'AgentView', title: 'AgentView' });
export type AgentView = z.output<typeof agentView>;

export const incidentView = z
  .object({
    ...orchestrationIncident.shape,
    status: z.enum(INCIDENT_STATUSES),
    resolved_at: absent(epochMs),
    resolved_by: absent(z.string()),
    why: absent(z.string()).meta({ description: 'why it was resolved' }),
  })
  .meta({ id: 'IncidentView', title: 'IncidentView' });
export type IncidentView = z.output<typeof incidentView>;

export const planPage = pageOf(planSummary, 'PlanPage');
export const ticketPage = pageOf(ticketView, 'TicketPage');
export const agentPage = pageOf(agentView, 'AgentPage');
export const incidentPage = pageOf(incidentView, 'IncidentPage');

export const MAX_PAGE = 100;
export const MAX_WATCH_WAIT_S = 20;
export const pageRequest = z.object({
  limit: z.int().min(1).max(MAX_PAGE).default(50),
  cursor: z.string().max(65_536).optional(),
});
export type PageRequest = z.output<typeof pageRequest>;
/** `tenants`: whose plans are told, as the edge knows the caller; absent, or `*` among them: everybody's. */
export type TenantsPageRequest = PageRequest & { readonly tenants?: readonly string[] | undefined };

/** What an operator asks for; who asks is known from the call itself. */
export const verbRequest = z
  .object({
    why: text.min(1).max(1000),
    on_behalf_of: absent(text.min(1).max(256)),
  })
  .meta({ id: 'VerbRequest', title: 'VerbRequest' });
export type VerbRequest = z.output<typeof verbRequest>;
/** An agent's id is given to another principal. */
export const handOverRequest = z
  .object({
    ...verbRequest.shape,
    to: absent(text.min(1).max(512)).meta({
      description:
        'an IAM role or user by its ARN, or `credential:<agent>`; absent: whoever else registers it, or gives a sign of life of it, next',
    }),
  })
  .meta({ id: 'HandOverRequest', title: 'HandOverRequest' });
export type HandOverRequest = z.output<typeof handOverRequest>;

/** A skipped ticket counts as complete, with this output. */
export const skipRequest = z
  .object({ ...verbRequest.shape, output: stringMap.default({}) })
  .meta({ id: 'SkipRequest', title: 'SkipRequest' });
export type SkipRequest = z.output<typeof skipRequest>;

export const verbAnswer = z
  .object({
    id: z.string(),
    phase: z.string(),
    changed: z.boolean().meta({ description: 'false: it stood there already, and nothing was written' }),
  })
  .meta({ id: 'VerbAnswer', title: 'VerbAnswer' });
export type VerbAnswer = z.output<typeof verbAnswer>;
