/** What agents and the orchestrator say to each other: REST bodies and the message in an agent's inbox. */
import { z } from 'zod';
import { assetUse, assetUses } from './asset-use.ts';
import { executionResult } from './execution-result.ts';
import { executionTicket } from './execution-ticket.ts';
import { absent, agentId, capability, epochMs, securityLevel, text } from './primitives.ts';

/** An agent's item is read and written for every assignment, so what the agent says of itself is kept short. */
const label = text.max(256);

/** Read as browsers and Node do, where `https:user@host` has a user too; what is no URL is said by another check. */
const hasNoCredentials = (url: string): boolean => {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === '' && password === '';
};

/** Where an agent is found, for people; with `probe` for the orchestrator too, which then asks there whether it lives. */
export const endpoint = z
  .object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .refine(hasNoCredentials, 'must have no user and no password in it: it is shown to all who read of the agent')
      .meta({
        description:
          'no user or password in it; a probe needs https and a public address; 2xx says that the agent lives',
      }),
    probe: z.boolean().default(false).meta({
      description: 'it is asked there once a minute, and need not send heartbeats: its interval is 60 s at least',
    }),
  })
  .meta({ description: 'how it is reached beside its inbox' });

/** `PUT /agents/{agent_id}`: register, or register anew with the same id (its history is kept). */
export const agentRegistration = z
  .object({
    agent_id: agentId,
    kind: z.enum(['microservice', 'pipeline', 'human']).default('microservice'),
    capabilities: z.array(capability).min(1).max(64),
    location: z.object({ region: label, zone: absent(label) }).default({ region: 'local' }),
    capacity: z.int().min(1).max(100).default(1).meta({ description: 'slots: tickets it runs at the same time' }),
    clearance: securityLevel.default('INTERNAL'),
    version: label.default('0'),
    heartbeat_interval_ms: z.int().min(1000).max(300_000).default(5000),
    endpoint: absent(endpoint),
    inbox_url: absent(z.url()).meta({ description: 'a queue of its own; absent: the orchestrator makes one' }),
    ephemeral: z.boolean().default(false).meta({ description: 'its inbox is deleted when it leaves' }),
  })
  .meta({ id: 'AgentRegistration', title: 'AgentRegistration' });
export type AgentRegistration = z.output<typeof agentRegistration>;
export type AgentRegistrationInput = z.input<typeof agentRegistration>;

export const agentRegistered = z
  .object({ agent_id: agentId, inbox_url: z.string(), heartbeat_interval_ms: z.int() })
  .meta({ id: 'AgentRegistered', title: 'AgentRegistered' });
export type AgentRegistered = z.output<typeof agentRegistered>;

/**
 * `DELETE /agents/{agent_id}`: `draining` while the agent holds tickets: it gets no more, runs what it holds (its heartbeat
 * goes on to list it) and calls again when nothing is left. `removed` once it holds nothing.
 */
export const agentRemoved = z
  .object({ agent_id: agentId, status: z.enum(['draining', 'removed']) })
  .meta({ id: 'AgentRemoved', title: 'AgentRemoved' });
export type AgentRemoved = z.output<typeof agentRemoved>;

/** One ticket handed to one agent for one attempt: the message in the inbox, and what a heartbeat answers with. */
export const assignment = z
  .object({
    kind: z.literal('ticket_assigned'),
    agent_id: agentId,
    ticket_id: z.uuid(),
    plan_id: z.string(),
    task_id: z.string(),
    attempt: z.int().positive(),
  })
  .meta({ id: 'Assignment', title: 'Assignment' });
export type Assignment = z.output<typeof assignment>;

/** The agent has the ticket no more: it was cancelled, or the attempt is taken to be lost. Stop working on it. */
export const withdrawal = z
  .object({
    kind: z.literal('ticket_withdrawn'),
    agent_id: agentId,
    ticket_id: z.uuid(),
    attempt: z.int().positive(),
    reason: z.string(),
  })
  .meta({ id: 'Withdrawal', title: 'Withdrawal' });
export type Withdrawal = z.output<typeof withdrawal>;

/** To a person: a part of the time for the ticket has passed. Nothing has to be answered. */
export const reminded = z
  .object({
    kind: z.literal('ticket_reminder'),
    agent_id: agentId,
    ticket_id: z.uuid(),
    plan_id: z.string(),
    task_id: z.string(),
    attempt: z.int().positive(),
    nth: z.int().positive(),
    due_at: epochMs.meta({ description: 'when the ticket is taken from whoever has it' }),
  })
  .meta({ id: 'Reminder', title: 'Reminder' });
export type Reminded = z.output<typeof reminded>;

export const inboxMessage = z.discriminatedUnion('kind', [assignment, withdrawal, reminded]);
export type InboxMessage = z.output<typeof inboxMessage>;

/**
 * Who holds the attempt. `claim_id` is chosen by the agent for one claim (at least 128 random bits); the ledger keeps
 * its SHA-256 only. The same claim_id may claim again (a lost answer); another one is refused.
 */
export const fence = z.object({
  agent_id: agentId,
  attempt: z.int().positive(),
  claim_id: z.string().min(22).max(128),
});
export type Fence = z.output<typeof fence>;

/** Where calls for a claimed ticket carry its token; Authorization is the signature's (SigV4). In lower case. */
export const TOKEN_HEADER = 'x-neural-hive-ticket-token';

const ticketToken = {
  token: z.string().meta({ description: 'JWT-SVID: good for this ticket, this attempt and this agent' }),
  token_expires_at: epochMs,
};

/**
 * `POST /agents/{agent_id}/heartbeat`: a sign of life of the agent and of each attempt it says it is running, however many
 * those are: one call keeps all their leases. A body is optional.
 */
export const agentHeartbeatRequest = z
  .object({
    running: z
      .array(
        z.object({
          ticket_id: z.uuid(),
          attempt: fence.shape.attempt,
          claim_id: fence.shape.claim_id,
          token: absent(z.string().max(8192)).meta({
            description: "the attempt's token, where it is past half of its life: the answer has another one",
          }),
        }),
      )
      .max(100)
      .default([]),
  })
  .meta({ id: 'AgentHeartbeatRequest', title: 'AgentHeartbeatRequest' });
export type AgentHeartbeatRequest = z.output<typeof agentHeartbeatRequest>;

/**
 * What the agent holds, so that a lost inbox message is found again; and in `stop` what it says it runs but does not hold
 * (any more), with the code that a call of its own would be refused with.
 */
export const agentHeartbeatAnswer = z
  .object({
    agent_id: agentId,
    draining: z.boolean(),
    assignments: z.array(assignment),
    stop: z.array(z.object({ ticket_id: z.uuid(), attempt: z.int().positive(), code: z.string() })).default([]),
    tokens: z
      .array(z.object({ ticket_id: z.uuid(), attempt: z.int().positive(), ...ticketToken }))
      .default([])
      .meta({ description: 'in place of those that came with the heartbeat' }),
  })
  .meta({ id: 'AgentHeartbeatAnswer', title: 'AgentHeartbeatAnswer' });
export type AgentHeartbeatAnswer = z.output<typeof agentHeartbeatAnswer>;

/** `POST /tickets/{ticket_id}/claim` */
export const claimRequest = fence.meta({ id: 'ClaimRequest', title: 'ClaimRequest' });
export const claimAnswer = z
  .object({
    ticket: executionTicket,
    attempt: z.int().positive(),
    timeout_at: epochMs,
    lease_ms: z.int().positive(),
    ...ticketToken,
    idempotency_key: z.string().meta({
      description: 'the same for every attempt of the ticket: hand it on to whatever the work changes outside',
    }),
  })
  .meta({ id: 'ClaimAnswer', title: 'ClaimAnswer' });
export type ClaimAnswer = z.output<typeof claimAnswer>;

/** `POST /tickets/{ticket_id}/heartbeat` */
export const ticketHeartbeatRequest = fence.meta({ id: 'TicketHeartbeatRequest', title: 'TicketHeartbeatRequest' });
export const ticketHeartbeatAnswer = z
  .object({ ticket_id: z.uuid(), lease_expires_at: epochMs })
  .meta({ id: 'TicketHeartbeatAnswer', title: 'TicketHeartbeatAnswer' });
export type TicketHeartbeatAnswer = z.output<typeof ticketHeartbeatAnswer>;

/** `POST /tickets/{ticket_id}/report` */
export const reportRequest = z
  .object({ attempt: fence.shape.attempt, claim_id: fence.shape.claim_id, result: executionResult })
  .meta({ id: 'ReportRequest', title: 'ReportRequest' });
export type ReportRequest = z.output<typeof reportRequest>;
export const reportAnswer = z
  .object({ ticket_id: z.uuid(), status: z.string(), duplicate: z.boolean() })
  .meta({ id: 'ReportAnswer', title: 'ReportAnswer' });
export type ReportAnswer = z.output<typeof reportAnswer>;

/**
 * `POST /tickets/{ticket_id}/hand-back`: the holder gives the ticket back undone, and somebody else gets it. That is no
 * failure and uses up no retry. `claim_id` where it was claimed.
 */
export const handBackRequest = z
  .object({
    agent_id: fence.shape.agent_id,
    attempt: fence.shape.attempt,
    claim_id: absent(fence.shape.claim_id),
    why: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .refine((text) => text.isWellFormed(), 'is no well-formed text'),
  })
  .meta({ id: 'HandBackRequest', title: 'HandBackRequest' });
export type HandBackRequest = z.output<typeof handBackRequest>;
export const handBackAnswer = z
  .object({ ticket_id: z.uuid(), attempt: z.int().positive(), duplicate: z.boolean() })
  .meta({ id: 'HandBackAnswer', title: 'HandBackAnswer' });
export type HandBackAnswer = z.output<typeof handBackAnswer>;

/** `POST /tickets/{ticket_id}/aws-credentials`: AWS credentials for what the attempt reads and writes, until it ends. */
export const awsCredentialsRequest = fence.meta({ id: 'AwsCredentialsRequest', title: 'AwsCredentialsRequest' });
export const awsCredentialsAnswer = z
  .object({
    ticket_id: z.uuid(),
    access_key_id: z.string(),
    secret_access_key: z.string(),
    session_token: z.string(),
    expires_at: epochMs.meta({ description: 'when their rights end: ask again before' }),
    assets: assetUses.meta({ description: 'what they are for' }),
    left_out: z.array(assetUse.extend({ why: z.string() })).meta({ description: 'what they are not for' }),
  })
  .meta({ id: 'AwsCredentialsAnswer', title: 'AwsCredentialsAnswer' });
export type AwsCredentialsAnswer = z.output<typeof awsCredentialsAnswer>;

/** A ticket in somebody's inbox. */
export const inboxItem = z.object({
  ticket: executionTicket,
  attempt: z.int().positive(),
  phase: z.enum(['assigned', 'running']).meta({ description: 'assigned: it may be claimed; running: it was' }),
  assigned_at: epochMs,
  started_at: absent(epochMs),
  due_at: epochMs.meta({ description: 'when it is taken away, unless it is done (a program: heard of) before' }),
  remaining_ms: z.int().min(0),
  reminders: z.array(z.object({ nth: z.int().positive(), at: epochMs })).meta({ description: 'sent, oldest first' }),
  next_reminder_at: absent(epochMs),
  plan_deadline: epochMs.meta({ description: 'after which nothing of its plan is begun any more' }),
});
export type InboxItem = z.output<typeof inboxItem>;

/** `GET /agents/{agent_id}/inbox`: all that is the agent's to do, what is due first standing first. */
export const agentInbox = z
  .object({
    agent_id: agentId,
    kind: agentRegistration.shape.kind.unwrap(),
    draining: z.boolean(),
    capacity: z.int(),
    at: epochMs.meta({ description: 'when this was told' }),
    items: z.array(inboxItem),
  })
  .meta({ id: 'AgentInbox', title: 'AgentInbox' });
export type AgentInbox = z.output<typeof agentInbox>;

/** Every error of the API: problem details (RFC 9457) with a stable `code` and what it was about. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    context: z.record(z.string(), z.unknown()).default({}),
  })
  .meta({ id: 'Problem', title: 'Problem' });
export type Problem = z.output<typeof problem>;
