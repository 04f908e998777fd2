/** Events the orchestrator puts on the bus: past-tense facts, each a projection of one ledger event. */
import { z } from 'zod';
import { ROLES } from '../access/caller.ts';
import { SIGNAL_KINDS } from '../access/events.ts';
import { ACTIONS } from '../policy/access.ts';
import { STRATEGIES, STRATEGY_CAUSES } from '../schedule/strategy/names.ts';
import { BUDGET_STATES } from '../slo/names.ts';
import { HEALTH_REASONS, RUNGS } from '../swarm/health/state.ts';
import { assetUses } from './asset-use.ts';
import { INCIDENT_TYPES, SEVERITIES } from './incident.ts';
import { absent, epochMs, securityLevel } from './primitives.ts';

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
const ofPlan = { ...fact, ...correlation };
const ofTicket = { ...ofPlan, ticket_id: z.uuid(), task_id: z.string() };
const ofAttempt = { ...ofTicket, agent_id: z.string(), attempt: z.int() };
const ending = { reason: z.string(), failed_tasks: z.array(z.string()) };
const byPerson = { by: z.string(), why: z.string() };
const prediction = {
  probability: z.number().min(0).max(1).meta({ description: 'that the plan is completed by its deadline' }),
  p50_at: absent(epochMs).meta({ description: 'completed by then in half of the cases; absent where it is in fewer' }),
  p90_at: absent(epochMs).meta({ description: 'completed by then in nine of ten cases' }),
  deadline: epochMs,
};
const ofAgent = { ...fact, agent_id: z.string() };
const ofRung = z.object({
  ...ofAgent,
  from: z.enum(RUNGS),
  to: z.enum(RUNGS),
  reasons: z.array(z.enum(HEALTH_REASONS)),
  figures: z
    .object({
      silent_ms: z.int(),
      lost_in_a_row: z.int().meta({ description: 'attempts that it did not answer for' }),
      evidence: z.number().meta({ description: 'attempts that the rest rests on, as evaporated' }),
      failure: absent(z.number()).meta({ description: 'probability that an attempt of it fails' }),
      failure_expected: absent(z.number()).meta({ description: 'of others, at the same work' }),
      slowness: absent(z.number()).meta({ description: 'times as long as others, at the same work' }),
    })
    .meta({ description: 'what it was judged by' }),
});
const ofAsset = { ...fact, asset_id: z.string() };
const judgement = {
  score: z.int().meta({ description: '0-100' }),
  findings: z.array(z.string()).meta({ description: 'codes of what is wrong with it' }),
};
const ofAccess = {
  ...fact,
  plan_id: absent(z.string()),
  ticket_id: absent(z.string()),
  principal: z.string().meta({ description: 'who called, as the edge knows it' }),
  source: absent(z.string()).meta({ description: 'address that the call came from' }),
};
const ofGrant = { ...fact, ...byPerson, principal: z.string() };
const ofEnrolment = { ...fact, enrolment_id: z.string() };
const ofPolicies = { ...fact, ...byPerson };
const ofKey = { ...fact, kid: z.string().meta({ description: 'thumbprint of the key (RFC 7638)' }) };
const bounds = {
  capabilities: z.array(z.string()).meta({ description: 'that the agent may say it has' }),
  clearance: securityLevel,
  tenants: z.array(z.string()).meta({ description: 'whose tickets it may have; none: everybody’s' }),
  expires_at: epochMs,
};
const failure = {
  cause: z.string().meta({ description: 'reported, or what told that the attempt is lost' }),
  error_code: z.string(),
  error_message: z.string(),
};

export const planFault = z.object({ code: z.string(), path: z.string(), message: z.string() });
export type PlanFault = z.output<typeof planFault>;

export const BUS_EVENTS = {
  PlanAccepted: z.object({ ...ofPlan, tickets: z.int(), shape: z.string() }),
  PlanAwaitingApproval: z.object({ ...ofPlan, reasons: z.array(z.string()) }),
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
  PlanStarted: z.object({ ...ofPlan, execution_arn: z.string() }),
  PlanCompleted: z.object({ ...ofPlan, duration_ms: z.int(), tickets: z.int() }),
  PlanFailed: z.object({ ...ofPlan, ...ending }),
  PlanPaused: z.object({ ...ofPlan, ...byPerson }),
  PlanResumed: z.object({ ...ofPlan, ...byPerson }),
  PlanHalted: z.object({ ...ofPlan, ...ending, incident_id: z.uuid() }),
  PlanRedriven: z.object({ ...ofPlan, ...byPerson, run: z.int() }),
  PlanCompensating: z.object({
    ...ofPlan,
    ...ending,
    compensations: z.int(),
    in_doubt: z
      .array(z.string())
      .meta({ description: 'tasks that ran when the plan failed: they may have had effects' }),
    by: absent(z.string()).meta({ description: 'who cancelled the plan, where somebody did' }),
    why: absent(z.string()),
  }),
  PlanCompensated: z.object({ ...ofPlan, compensations: z.int(), duration_ms: z.int() }),
  PlanCancelled: z.object({ ...ofPlan, ...byPerson }),
  PlanApprovalRejected: z.object({ ...ofPlan, ...byPerson }),
  SlaAtRisk: z.object({
    ...ofPlan,
    ...prediction,
    slowest: z.array(z.string()).meta({ description: "tasks that the plan's end hangs on most" }),
  }),
  SlaRecovered: z.object({ ...ofPlan, ...prediction }),
  SlaViolated: z.object({ ...ofPlan, deadline: epochMs }),
  TicketReady: z.object({ ...ofTicket, pool: z.string() }),
  TicketAssigned: z.object(ofAttempt),
  TicketReminded: z.object({
    ...ofAttempt,
    nth: z.int().meta({ description: 'from 1: which of the moments at which people are reminded' }),
    remaining_ms: z.int(),
  }),
  TokenRevoked: z.object({ ...ofAttempt, ...byPerson }),
  TokenExchanged: z.object({
    ...{ ...ofAttempt, role_arn: z.string(), assets: assetUses },
    until: epochMs.meta({ description: 'when the rights end that were handed out' }),
  }),
  AttemptFailed: z.object({ ...ofAttempt, ...failure, retry_at: epochMs }),
  TicketCompleted: z.object({ ...ofAttempt, duration_ms: z.int() }),
  TicketFailed: z.object({ ...ofAttempt, ...failure }),
  TicketEscalated: z.object({ ...ofAttempt, ...failure, incident_id: z.uuid() }),
  TicketSkipped: z.object({ ...ofTicket, ...byPerson }),
  TicketReopened: z.object({ ...ofTicket, ...byPerson }),
  TicketCancelled: z.object({ ...ofTicket, reason: z.string() }),
  TicketCompensated: z.object({ ...ofTicket, compensation_ticket_id: z.uuid() }),
  ReportRefused: z.object({
    ...ofAttempt,
    code: z.string().meta({ description: 'what the agent was refused with' }),
    status: z.string().meta({ description: 'what it had reported' }),
  }),
  AgentDegraded: ofRung,
  AgentUnhealthy: ofRung,
  AgentRecovered: ofRung,
  AgentRemoved: ofRung,
  AgentDraining: z.object({ ...ofAgent, ...byPerson }),
  AgentUndrained: z.object({ ...ofAgent, ...byPerson }),
  AgentQuarantined: z.object({ ...ofAgent, ...byPerson }),
  AgentReleased: z.object({ ...ofAgent, ...byPerson }),
  AgentHandedOver: z.object({
    ...{ ...ofAgent, ...byPerson },
    from: absent(z.string()).meta({ description: 'whose it was; absent: nobody’s' }),
    to: absent(z.string()).meta({ description: 'whose it is; absent: whose it is registered by next' }),
  }),
  StrategyChanged: z.object({
    ...fact,
    from: z.enum(STRATEGIES),
    to: z.enum(STRATEGIES),
    cause: z.enum(STRATEGY_CAUSES),
    by: absent(z.string()).meta({ description: 'the operator who said so, where one did' }),
    why: absent(z.string()),
    until: absent(epochMs).meta({ description: "until when the operator's word holds" }),
    budget: absent(z.object({ state: z.enum(BUDGET_STATES), remaining: z.number(), events: z.int() })).meta({
      description: 'what was left of the error budget, 0-1 or below 0, where it decided',
    }),
  }),
  AssetPut: z.object({
    ...{ ...ofAsset, ...byPerson, kind: z.enum(['api', 'data']), tenant_id: z.string() },
    ...{ version: absent(z.string()), score: z.int(), conforming: z.boolean() },
  }),
  AssetRetired: z.object({ ...ofAsset, ...byPerson }),
  AssetConforming: z.object({ ...ofAsset, ...judgement }),
  AssetNonConforming: z.object({ ...ofAsset, ...judgement }),
  BreakerOpened: z.object({
    ...fact,
    key: z.string().meta({ description: 'agent:<agent id> or asset:<asset id>' }),
    cause: z.enum(['failures', 'trial_failed']),
    until: epochMs.meta({ description: 'from then on one ticket at a time may try it' }),
  }),
  BreakerClosed: z.object({
    ...fact,
    key: z.string(),
    cause: z.enum(['trial_succeeded', 'operator']),
    by: absent(z.string()).meta({ description: 'the operator who closed it, where one did' }),
    why: absent(z.string()),
  }),
  IncidentOpened: z.object({
    ...ofPlan,
    incident_id: z.uuid(),
    incident_type: z.enum(INCIDENT_TYPES),
    severity: z.enum(SEVERITIES),
    details: z.array(z.string()),
    affected_tickets: z.array(z.string()),
    hash: z.string().meta({ description: 'of the whole incident, as the ledger has it' }),
  }),
  IncidentResolved: z.object({ ...ofPlan, ...byPerson, incident_id: z.uuid() }),
  AccessRefused: z.object({
    ...ofAccess,
    code: z.string().meta({ description: 'what the caller was refused with' }),
    action: z.enum(ACTIONS),
    resource: z.string(),
    policies: absent(z.array(z.string())).meta({ description: 'what forbade it, where policies did' }),
  }),
  SecuritySignalRaised: z.object({
    ...ofAccess,
    kind: z.enum(SIGNAL_KINDS),
    because: z.string(),
    window_start: epochMs,
    window_ms: z.int(),
    refusals: absent(z.int()),
    resource: absent(z.string()),
  }),
  RoleGranted: z.object({ ...ofGrant, role: z.enum(ROLES), tenants: z.array(z.string()) }),
  RoleRevoked: z.object({ ...ofGrant, role: z.enum(ROLES) }),
  BreakGlassUsed: z.object({ ...ofGrant, until: epochMs.meta({ description: 'until when it lets through' }) }),
  EnrolmentMade: z.object({ ...ofEnrolment, ...byPerson, agent_id: z.string(), ...bounds }),
  EnrolmentUsed: z.object({
    ...ofEnrolment,
    source: absent(z.string()).meta({ description: 'address that it was exchanged from' }),
  }),
  EnrolmentWithdrawn: z.object({ ...ofEnrolment, ...byPerson }),
  CredentialIssued: z.object({ ...ofAgent, enrolment_id: z.string(), ...bounds }),
  CredentialRenewed: z.object({ ...ofAgent, expires_at: epochMs }),
  CredentialRevoked: z.object({ ...ofAgent, ...byPerson }),
  PoliciesProposed: z.object({
    ...ofPolicies,
    version: z.int(),
    digest: z.string().meta({ description: 'of the set and the schema: `policy_set` of what it decides' }),
  }),
  PoliciesApproved: z.object({ ...ofPolicies, version: z.int().meta({ description: 'in force from now on' }) }),
  PoliciesRolledBack: z.object({ ...ofPolicies, from: z.int(), to: z.int() }),
  PoliciesShadowed: z.object({
    ...ofPolicies,
    version: absent(z.int()).meta({ description: 'on trial from now on; absent: none any more' }),
  }),
  KeyAdded: z.object(ofKey),
  KeyActivated: z.object({
    ...ofKey,
    before_until: absent(epochMs).meta({ description: 'until when the key before goes on to verify' }),
    by: absent(z.string()).meta({ description: 'the operator who said so, where one did' }),
    why: absent(z.string()),
  }),
  KeyRetired: z.object(ofKey),
  KeyRevoked: z.object({ ...ofKey, ...byPerson }),
} as const;
export type BusEventType = keyof typeof BUS_EVENTS;
/** Ledger events that are published, under their own names. */
export const PUBLISHED = Object.keys(BUS_EVENTS) as BusEventType[];
export interface BusEvent {
  detail_type: BusEventType;
  detail: Record<string, unknown>;
}
