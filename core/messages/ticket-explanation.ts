/** A ticket's whole story: what it waited for and why, who ran it, what it cost, and what comes next. */
import { z } from 'zod';
import { TICKET_STATUSES } from './execution-ticket.ts';
import { attemptView, intervention, PLAN_PHASES, TICKET_PHASES } from './monitoring-api.ts';
import { absent, epochMs } from './primitives.ts';

const count = z.int().nonnegative();

/** What a stretch of a ticket's life went by with. */
export const STRETCH_KINDS = [
  'approval',
  'dependencies',
  'machine',
  'gate',
  'queue',
  'pause',
  'claim',
  'run',
  'backoff',
  'person',
  'withdrawn',
  'stopped',
  'undo',
] as const;
export type StretchKind = (typeof STRETCH_KINDS)[number];

export const stretch = z
  .object({
    kind: z.enum(STRETCH_KINDS),
    from: epochMs,
    to: absent(epochMs).meta({ description: 'absent while it lasts' }),
    why: z.string(),
    tasks: absent(z.array(z.string())).meta({ description: 'ids of the tasks that it is about, at most 20' }),
    attempt: absent(z.int().positive()),
    agent_id: absent(z.string()),
  })
  .meta({ id: 'Stretch', title: 'Stretch', description: "A stretch of a ticket's life, and what it went by with" });
export type Stretch = z.output<typeof stretch>;

const ms = z.number();
const share = z.number().min(0).max(1);

export const priorityTerms = z
  .object({
    score: z.number(),
    ...{ risk: z.number(), qos: z.number(), urgency: z.number() },
    age: z.number().meta({ description: 'what its wait has added' }),
  })
  .meta({ id: 'PriorityTerms', title: 'PriorityTerms', description: 'Why it was its turn' });

export const agentCandidate = z
  .object({
    agent_id: z.string(),
    free_slots: z.int(),
    cost_ms: absent(ms).meta({
      description:
        'wait and duration over the probability of success, and all other terms: what the choice was made by',
    }),
    wait_ms: absent(ms),
    duration_ms: absent(ms),
    success: absent(share).meta({ description: 'probability of success' }),
    failure_ms: absent(ms).meta({ description: 'expected for attempts that fail, besides their own time' }),
    distance_ms: absent(ms),
    spread_ms: absent(ms),
    avoid_ms: absent(ms).meta({ description: 'because an earlier attempt failed on it' }),
  })
  .meta({ id: 'AgentCandidate', title: 'AgentCandidate' });
export type AgentCandidate = z.output<typeof agentCandidate>;

export const agentChoice = z
  .object({
    strategy: z.string(),
    waited_ms: ms,
    queue_position: count,
    queue_length: count,
    priority: absent(priorityTerms),
    method: absent(z.enum(['single', 'optimal', 'near_optimal', 'greedy'])).meta({
      description: 'how the round was solved: one by one, to the optimum, near it, or by greedy',
    }),
    candidates: z.array(agentCandidate).meta({ description: 'the chosen one first, then the next best' }),
    margin_ms: absent(ms).meta({ description: 'what the next best would have cost more' }),
    predicted: absent(z.object({ p50_ms: ms, p90_ms: ms, failure: share })).meta({
      description: 'of the attempt on the chosen agent',
    }),
  })
  .meta({ id: 'AgentChoice', title: 'AgentChoice', description: 'Why this agent, and why then' });
export type AgentChoice = z.output<typeof agentChoice>;

export const explainedAttempt = z
  .object({
    ...attemptView.shape,
    cause: absent(z.string()).meta({ description: 'of its failure' }),
    retry_at: absent(epochMs),
    lease_ms: count.meta({ description: 'to be claimed in, and to be heard of in' }),
    avoided: z.array(z.string()).meta({ description: 'agents that earlier attempts had failed on' }),
    choice: agentChoice,
  })
  .meta({ id: 'ExplainedAttempt', title: 'ExplainedAttempt' });
export type ExplainedAttempt = z.output<typeof explainedAttempt>;

export const ticketCost = z
  .object({
    usd: z.number(),
    prices_as_of: z.string(),
    lines: z.array(
      z.object({ service: z.string(), unit: z.string(), count: z.number(), usd: z.number(), what: z.string() }),
    ),
    left_out: z.string(),
  })
  .meta({ id: 'TicketCost', title: 'TicketCost', description: 'Estimated from the events; list prices in dollars' });
export type TicketCost = z.output<typeof ticketCost>;

export const nextStep = z
  .object({
    at: absent(epochMs).meta({ description: 'when; absent: as soon as what it waits for has happened' }),
    what: z.string(),
  })
  .meta({ id: 'NextStep', title: 'NextStep' });
export type NextStep = z.output<typeof nextStep>;

export const ticketExplanation = z
  .object({
    ticket_id: z.string(),
    plan_id: z.string(),
    task_id: z.string(),
    task_type: z.string(),
    description: z.string(),
    status: z.enum(TICKET_STATUSES),
    phase: z.enum(TICKET_PHASES),
    plan_phase: z.enum(PLAN_PHASES),
    at: epochMs.meta({ description: 'when this was told' }),
    summary: z.string().meta({ description: 'where it stands, in a sentence' }),
    asks: z
      .object({
        required_capabilities: z.array(z.string()),
        security_level: z.string(),
        priority: z.string(),
        risk_band: z.string(),
        delivery_mode: z.string(),
        timeout_ms: count,
        max_retries: count,
        pool: z.string(),
      })
      .meta({ description: 'what it asks of whoever runs it' }),
    compensates: absent(z.string()).meta({ description: 'the ticket that this one undoes' }),
    compensation_ticket_id: absent(z.string()).meta({ description: 'the ticket that undoes this one' }),
    created_at: epochMs,
    ended_at: absent(epochMs),
    waited_ms: count.meta({ description: 'all but run and undo' }),
    ran_ms: count,
    stretches: z
      .array(stretch)
      .meta({ description: 'its life from its minting on; there is none for the time that it was done' }),
    attempts: z.array(explainedAttempt),
    refused_reports: z
      .array(
        z.object({
          at: epochMs,
          agent_id: z.string(),
          attempt: count,
          code: z.string(),
          status: z.string(),
        }),
      )
      .meta({ description: 'what agents reported that did not hold it (any more)' }),
    interventions: z.array(intervention),
    cost: ticketCost,
    next: z.array(nextStep).meta({ description: 'what happens next, the soonest first' }),
  })
  .meta({ id: 'TicketExplanation', title: 'TicketExplanation', description: "A ticket's whole story" });
export type TicketExplanation = z.output<typeof ticketExplanation>;
