/** Tickets and assignments for agents under test. */
import { randomUUID } from 'node:crypto';
import type { RunContext } from '../../agents/sdk/run-context.ts';
import type { Assignment, Withdrawal } from '../../core/messages/agent-api.ts';
import { type ExecutionTicket, executionTicket } from '../../core/messages/execution-ticket.ts';

export function ticketOf(fields: Partial<ExecutionTicket> = {}): ExecutionTicket {
  return executionTicket.parse({
    ticket_id: randomUUID(),
    plan_id: 'plan-1',
    intent_id: 'intent-1',
    trace_id: '0'.repeat(32),
    task_id: 'compile',
    task_type: 'BUILD',
    description: '',
    dependencies: [],
    status: 'RUNNING',
    priority: 'NORMAL',
    risk_band: 'low',
    sla: { timeout_ms: 60_000, max_retries: 1 },
    qos: { delivery_mode: 'AT_LEAST_ONCE', consistency: 'EVENTUAL', durability: 'PERSISTENT' },
    parameters: {},
    required_capabilities: ['build'],
    security_level: 'INTERNAL',
    created_at: 0,
    estimated_duration_ms: 1000,
    retry_count: 0,
    metadata: {},
    ...fields,
  });
}

export const assignmentOf = (ticket: ExecutionTicket, agentId: string, attempt = 1): Assignment => ({
  kind: 'ticket_assigned',
  agent_id: agentId,
  ticket_id: ticket.ticket_id,
  plan_id: ticket.plan_id,
  task_id: ticket.task_id,
  attempt,
});

export const withdrawalOf = (ticket: ExecutionTicket, agentId: string, attempt = 1): Withdrawal => ({
  kind: 'ticket_withdrawn',
  agent_id: agentId,
  ticket_id: ticket.ticket_id,
  attempt,
  reason: 'the plan was cancelled',
});

/** A ticket that undoes another one, as the orchestrator makes them. */
export const undoTicketOf = (taskId: string, fields: Partial<ExecutionTicket> = {}): ExecutionTicket =>
  ticketOf({
    task_id: `undo:${taskId}`,
    task_type: 'COMPENSATE',
    metadata: { compensates: randomUUID(), undo: taskId, task_type: 'DEPLOY' },
    ...fields,
  });

export const contextOf = (fields: Partial<RunContext> = {}): RunContext => ({
  signal: new AbortController().signal,
  attempt: 1,
  idempotencyKey: 'ticket-1',
  awsCredentials: () => Promise.reject(new Error('none here')),
  log: () => {},
  ...fields,
});
