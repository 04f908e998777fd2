import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { AccessEvent } from '../../../core/access/events.ts';
import { incidentIdOf } from '../../../core/incident/incident.ts';
import {
  assetAggregate,
  breakerAggregate,
  credentialAggregate,
  enrolmentAggregate,
  healthAggregate,
  incidentAggregate,
  KEY_RING_AGGREGATE,
  POLICIES_AGGREGATE,
  STRATEGY_AGGREGATE,
} from '../../../core/ledger/aggregate.ts';
import { GENESIS, record } from '../../../core/ledger/chain.ts';
import { type LedgerEvent, toBusEvent } from '../../../core/ledger/project.ts';
import { BUS_EVENTS } from '../../../core/messages/bus-events.ts';
import type { OrchestrationIncident } from '../../../core/messages/incident.ts';
import { fallOf } from '../../support/agents.ts';
import { api } from '../../support/assets.ts';
import { NOW, parsedPlan, ticketsOf } from '../../support/plans.ts';

const [spec] = ticketsOf();
if (spec === undefined) throw new Error('a ticket');
const { tasks: _, execution_order: _o, ...header } = parsedPlan();
const result = { success: true, output: { secret: 'in the ledger only' }, metadata: {}, logs: ['in the ledger only'] };
const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
const outcome = { agent_id: 'a', attempt: 1, duration_ms: 5, result_digest: 'd' };
const long = 'r'.repeat(10_000);
const person = { by: 'somebody', why: long };
const failure = { cause: 'reported' as const, error_code: 'E', error_message: long };
const finding = { code: 'OWNER_MISSING', path: '/owner', message: long, severity: 'error' as const };
const judgement = { score: 80, conforming: false, findings: [finding], findings_total: 1 };
const ending = { reason: long, failed_tasks: Array.from({ length: 500 }, (_, at) => `task ${at}`) };
const prediction = { probability: 0.5, p50_at: NOW + 1, deadline: NOW };
const bounds = { agent_id: 'a', capabilities: ['build'], clearance: 'INTERNAL', tenants: ['acme'] } as const;
const incident_id = incidentIdOf('plan-1', 'halted', sha256);
const incident: OrchestrationIncident = {
  incident_id,
  workflow_id: 'plan-1',
  incident_type: 'WORKER_FAILURE',
  severity: 'HIGH',
  details: Array.from({ length: 100 }, () => long),
  affected_tickets: Array.from({ length: 5000 }, () => spec.ticket_id),
  trace_id: 'f'.repeat(32),
  created_at: NOW,
  hash: 'h',
};

const events: LedgerEvent[] = [
  { type: 'PlanReceived', header, content_digest: 'd', tickets: 1, deadline: NOW },
  { type: 'PlanAwaitingApproval', reasons: ['r'], shape: 's' },
  { type: 'PlanAccepted', tickets: 1, shape: 's', approved_by: 'somebody' },
  { type: 'PlanStarted', execution_arn: 'e', machine_arn: 'm' },
  { type: 'PlanCompleted', tickets: 1, duration_ms: 1 },
  { type: 'PlanFailed', ...ending },
  { type: 'PlanPaused', ...person },
  { type: 'PlanResumed', ...person },
  { type: 'PlanHalted', ...ending, incident_id },
  { type: 'PlanRedriven', ...person, run: 2, deadline: NOW },
  { type: 'PlanCompensating', ...ending, compensations: 2, in_doubt: ['b'] },
  { type: 'PlanCompensating', ...ending, compensations: 2, in_doubt: [], operator: person },
  { type: 'CompensationEntered', task_token: 'a secret token' },
  { type: 'PlanCompensated', compensations: 2, duration_ms: 1 },
  { type: 'PlanCancelled', ...person },
  { type: 'PlanApprovalRejected', ...person },
  { type: 'PlanPredicted', ...prediction },
  { type: 'SlaAtRisk', ...prediction, slowest: ending.failed_tasks },
  { type: 'SlaRecovered', ...prediction },
  { type: 'SlaViolated', deadline: NOW },
  {
    type: 'PlanRejected',
    digest: 'd',
    reissue: true,
    faults: Array.from({ length: 100 }, () => ({ code: 'C', path: '/x', message: 'm'.repeat(9000) })),
    faults_total: 1000,
  },
  { type: 'TicketCreated', spec },
  { type: 'TicketGated', task_token: 'a secret token' },
  { type: 'GateOpened', by: 'b' },
  { type: 'TicketReady', pool: 'p', queue_key: 'k', task_token: 'a secret token' },
  { type: 'TicketReentered', task_token: 'a secret token' },
  { type: 'TicketDeferred' },
  { type: 'TicketAssigned', agent_id: 'a', attempt: 1, lease_ms: 15_000, explanation },
  { type: 'TicketStarted', agent_id: 'a', attempt: 1, claim_digest: 'a secret digest', timeout_at: 1 },
  { type: 'TicketReminded', agent_id: 'a', attempt: 1, nth: 1, remaining_ms: 5 },
  { type: 'TokenRevoked', agent_id: 'a', attempt: 1, ...person },
  {
    ...{ type: 'TokenExchanged', agent_id: 'a', attempt: 1, role_arn: 'arn:aws:iam::1:role/r', session_name: 's' },
    ...{ assets: [{ asset_id: 'orders', action: 'read' }], until: 5 },
    authorization: { policies: [], inputs: '', policy_set: '' },
  },
  { type: 'AttemptFailed', ...outcome, ...failure, retry_at: NOW, operator: person },
  { type: 'TicketCompleted', ...outcome, result },
  { type: 'TicketFailed', ...outcome, ...failure, retryable: true, result },
  { type: 'TicketEscalated', ...outcome, ...failure, incident_id },
  { type: 'TicketSkipped', ...person, output: { secret: 'in the ledger only' } },
  { type: 'TicketCancelled', reason: 'r' },
  { type: 'TicketWithdrawn', reason: 'r' },
  { type: 'TicketReopened', ...person, unmet: [] },
  { type: 'CompensationStarted', compensation_ticket_id: spec.ticket_id },
  { type: 'TicketCompensated', compensation_ticket_id: spec.ticket_id },
  {
    type: 'ReportRefused',
    agent_id: 'a',
    attempt: 1,
    code: 'C',
    status: 'COMPLETED',
    result_digest: 'a secret digest',
  },
  fallOf('DEGRADED'),
  fallOf('UNHEALTHY'),
  fallOf('REMOVED'),
  fallOf('HEALTHY', 'DEGRADED'),
  { type: 'AgentDraining', ...person },
  { type: 'AgentUndrained', ...person },
  { type: 'AgentQuarantined', ...person },
  { type: 'AgentReleased', ...person },
  { type: 'AgentHandedOver', from: 'p', to: 'q', ...person },
  { type: 'IncidentOpened', incident },
  {
    ...{ type: 'StrategyChanged', from: 'weighted-fair', to: 'round-robin', cause: 'operator' },
    ...{ operator: person, until: NOW + 9, budget: { state: 'warning', remaining: 0.4, events: 100 } },
  },
  { type: 'IncidentResolved', ...person },
  { type: 'AssetPut', asset: api(), judgement, operator: person },
  { type: 'AssetReviewed', judgement, operator: person },
  { type: 'AssetRetired', operator: person },
  { type: 'AssetAudited', judgement },
  { type: 'AssetConforming', judgement },
  { type: 'AssetNonConforming', judgement },
  { type: 'BreakerOpened', key: 'agent:a', cause: 'failures', until: NOW + 60_000, events: ['TICKET#1@4'] },
  { type: 'BreakerClosed', key: 'agent:a', cause: 'operator', operator: person },
  ...([
    {
      type: 'AccessRefused',
      code: 'POLICY_DENIED',
      principal: 'p',
      action: 'PausePlan',
      resource: 'Plan::"x"',
      message: 'm',
    },
    {
      ...{ type: 'SecuritySignalRaised', kind: 'denied_burst', principal: 'p', because: '20 refusals', refusals: 20 },
      ...{ window_start: NOW, window_ms: 60_000 },
    },
    { type: 'RoleGranted', role: 'operator', tenants: ['acme'], ...person },
    { type: 'RoleRevoked', role: 'operator', ...person },
    { type: 'BreakGlassUsed', until: NOW, ...person },
  ] satisfies AccessEvent[]),
  {
    ...{ type: 'EnrolmentMade', ...bounds, ...person, digest: 'a secret digest', expires_at: NOW },
    replaces: 'e0',
  },
  { type: 'EnrolmentUsed', source: '192.0.2.1' },
  { type: 'EnrolmentWithdrawn', ...person },
  { type: 'CredentialIssued', enrolment_id: 'e', bounds, digest: 'a secret digest', expires_at: NOW },
  {
    ...{ type: 'CredentialRenewed', digest: 'a secret digest', expires_at: NOW },
    previous: { digest: 'a secret digest', until: NOW },
  },
  { type: 'CredentialRevoked', ...person },
  { type: 'PoliciesProposed', version: 1, digest: 'd', ...person },
  { type: 'PoliciesApproved', version: 1, ...person },
  { type: 'PoliciesRolledBack', from: 1, to: 0, ...person },
  { type: 'PoliciesShadowed', version: 1, ...person },
  { type: 'PoliciesShadowed', ...person },
  { type: 'PolicySetWritten', version: 1, set: { policies: {}, tenants: {} } as never },
  {
    ...{ type: 'KeyAdded', kid: 'k', wrapped: 'a secret key', wrapped_by: 'arn:kms' },
    public_jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
  },
  { type: 'KeyActivated', kid: 'k', before_until: NOW, operator: person },
  { type: 'KeyRetired', kid: 'k', forget: ['j'] },
  { type: 'KeyRevoked', kid: 'k', operator: person },
];
const INTERNAL: readonly LedgerEvent['type'][] = [
  'PolicySetWritten',
  'AssetReviewed',
  'AssetAudited',
  'BreakerTried',
  'BreakerTrialDropped',
  'PlanReceived',
  'PlanPredicted',
  'CompensationEntered',
  'TicketCreated',
  'TicketGated',
  'TicketReentered',
  'GateOpened',
  'TicketDeferred',
  'TicketStarted',
  'TicketWithdrawn',
  'CompensationStarted',
];

const isOfAsset = ({ type }: LedgerEvent): boolean => type.startsWith('Asset');
const isOfAgent = ({ type }: LedgerEvent): boolean => type.startsWith('Agent');

const isOfBreaker = ({ type }: LedgerEvent): boolean => type.startsWith('Breaker');
const isOfEnrolment = ({ type }: LedgerEvent): boolean => type.startsWith('Enrolment');
const isOfCredential = ({ type }: LedgerEvent): boolean => type.startsWith('Credential');
const isOfPolicies = ({ type }: LedgerEvent): boolean => /^Polic/.test(type);
const isOfKey = ({ type }: LedgerEvent): boolean => type.startsWith('Key');
const isOfAccess = ({ type }: LedgerEvent): boolean => /^(Access|Security|Role|BreakGlass)/.test(type);

/** Facts of no plan, by what tells what they are about. */
const aboutOf = (event: LedgerEvent): Record<string, string> => {
  if (isOfAgent(event)) return { agent_id: 'a' };
  if (isOfAsset(event)) return { asset_id: 'users-api' };
  if (isOfBreaker(event)) return { key: 'agent:a' };
  if (isOfAccess(event)) return { principal: 'p' };
  if (isOfEnrolment(event)) return { enrolment_id: 'e' };
  if (isOfCredential(event)) return { agent_id: 'a' };
  if (isOfPolicies(event)) return {};
  if (isOfKey(event)) return { kid: 'k' };
  return event.type === 'StrategyChanged' ? { from: 'weighted-fair', to: 'round-robin' } : { plan_id: 'plan-1' };
};

const recordOf = (event: LedgerEvent) => {
  if (event.type === 'StrategyChanged')
    return record(GENESIS, { aggregate: STRATEGY_AGGREGATE, at: NOW, subject: {}, event }, sha256);
  if (isOfAsset(event))
    return record(GENESIS, { aggregate: assetAggregate('users-api'), at: NOW, subject: {}, event }, sha256);
  if (isOfBreaker(event))
    return record(GENESIS, { aggregate: breakerAggregate('agent:a'), at: NOW, subject: {}, event }, sha256);
  const others: [(event: LedgerEvent) => boolean, string][] = [
    [isOfEnrolment, enrolmentAggregate('e')],
    [isOfCredential, credentialAggregate('a')],
    [isOfPolicies, POLICIES_AGGREGATE],
    [isOfKey, KEY_RING_AGGREGATE],
  ];
  for (const [is, aggregate] of others)
    if (is(event)) return record(GENESIS, { aggregate, at: NOW, subject: {}, event }, sha256);
  if (isOfAccess(event)) return record(GENESIS, { aggregate: 'GRANTS#p', at: NOW, subject: {}, event }, sha256);
  if (isOfAgent(event))
    return record(GENESIS, { aggregate: healthAggregate('a'), at: NOW, subject: {}, event }, sha256);
  const [kind] = /^(Plan|Sla|Incident)/.exec(event.type) ?? [];
  const subject = {
    plan_id: 'plan-1',
    intent_id: 'i',
    correlation_id: undefined,
    ...(event.type === 'PlanRejected' ? {} : { trace_id: 'f'.repeat(32) }),
    ...(kind === undefined ? { ticket_id: spec.ticket_id, task_id: 'a' } : {}),
  };
  const aggregate = kind === 'Incident' ? incidentAggregate(incident_id) : 'TICKET#1';
  return record(GENESIS, { aggregate, at: NOW, subject, event }, sha256);
};

describe('what the bus is told of a ledger event', () => {
  it.each(events.map((event) => [event.type, event] as const))(
    '%s is a fact of its schema, or nobody’s business',
    (type, event) => {
      const told = toBusEvent(recordOf(event));
      if (INTERNAL.includes(type)) return expect(told).toBeUndefined();
      expect(told?.detail_type).toBe(type);
      const sent: unknown = JSON.parse(JSON.stringify(told?.detail));
      const read = BUS_EVENTS[told?.detail_type ?? 'PlanAccepted'].parse(sent);
      const event_id = `${recordOf(event).aggregate}@1`;
      expect(read).toMatchObject({ event_id, at: NOW, schema_version: 1 });
      expect(read).toMatchObject(aboutOf(event));
      // Nothing is told beyond the schema: a field too many is a field that nobody looked at.
      expect(read).toEqual(sent);
    },
  );

  it('has a fact for every type that the bus knows', () => {
    const told = new Set(events.flatMap((event) => toBusEvent(recordOf(event))?.detail_type ?? []));
    expect([...told].sort()).toEqual(Object.keys(BUS_EVENTS).sort());
  });

  it('names the incident that was resolved, and who resolved it', () => {
    const resolved = toBusEvent(recordOf({ type: 'IncidentResolved', by: 'ada', why: 'the disk is back' }));
    expect(resolved?.detail).toMatchObject({ incident_id, by: 'ada', why: 'the disk is back' });
  });

  it('says who cancelled a plan that is being undone', () => {
    const told = events.flatMap((event) => (event.type === 'PlanCompensating' ? [toBusEvent(recordOf(event))] : []));
    expect(told[0]?.detail).not.toHaveProperty('by');
    expect(told[1]?.detail).toMatchObject({ by: 'somebody' });
  });

  it('has no token, claim, output, log or whole plan in it', () => {
    const told = JSON.stringify(events.map((event) => toBusEvent(recordOf(event))));
    for (const secret of ['a secret', 'in the ledger only', 'reasoning_summary', 'does a'])
      expect(told).not.toContain(secret);
  });

  it('fits a bus entry, however long the texts it came from', () => {
    for (const event of events)
      expect(JSON.stringify(toBusEvent(recordOf(event)) ?? {}).length).toBeLessThan(64 * 1024);
  });
});
