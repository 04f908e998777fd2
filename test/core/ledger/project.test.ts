import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { GENESIS, record } from '../../../core/ledger/chain.ts';
import { type LedgerEvent, toBusEvent } from '../../../core/ledger/project.ts';
import { BUS_EVENTS } from '../../../core/messages/bus-events.ts';
import { NOW, parsedPlan, ticketsOf } from '../../support/plans.ts';

const [spec] = ticketsOf();
if (spec === undefined) throw new Error('a ticket');
const { tasks: _, execution_order: _o, ...header } = parsedPlan();
const result = { success: true, output: { secret: 'in the ledger only' }, metadata: {}, logs: ['in the ledger only'] };
const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
const outcome = { agent_id: 'a', attempt: 1, duration_ms: 5, result_digest: 'd' };

const events: LedgerEvent[] = [
  { type: 'PlanReceived', header, content_digest: 'd', tickets: 1, deadline: NOW },
  { type: 'PlanAwaitingApproval', reasons: ['r'] },
  { type: 'PlanAccepted', tickets: 1, shape: 's', approved_by: 'somebody' },
  { type: 'PlanStarted', execution_arn: 'e', machine_arn: 'm' },
  { type: 'PlanCompleted', tickets: 1, duration_ms: 1 },
  { type: 'PlanFailed', reason: 'r'.repeat(10_000), failed_tasks: ['a'] },
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
  { type: 'TicketAssigned', agent_id: 'a', attempt: 1, explanation },
  { type: 'TicketStarted', agent_id: 'a', attempt: 1, claim_digest: 'a secret digest', timeout_at: 1 },
  { type: 'TicketCompleted', ...outcome, result },
  { type: 'TicketFailed', ...outcome, error_code: 'E', error_message: 'm', retryable: true, result },
  { type: 'TicketCancelled', reason: 'r' },
];
const INTERNAL = ['PlanReceived', 'TicketCreated', 'TicketGated', 'GateOpened'];

const recordOf = (event: LedgerEvent) => {
  const subject = {
    plan_id: 'plan-1',
    intent_id: 'i',
    correlation_id: undefined,
    trace_id: 'f'.repeat(32),
    ticket_id: spec.ticket_id,
    task_id: 'a',
  };
  return record(GENESIS, { aggregate: 'TICKET#1', at: NOW, subject, event }, sha256);
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
      expect(read).toMatchObject({ event_id: 'TICKET#1@1', at: NOW, schema_version: 1, plan_id: 'plan-1' });
    },
  );

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
