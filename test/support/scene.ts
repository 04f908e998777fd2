/** Plans, tickets, agents and incidents brought to where a test wants them: by their events alone, through the ledger. */
import { sha256 } from '../../adapters/system/digest.ts';
import { openIncident } from '../../core/incident/incident.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import type { OrchestrationIncident } from '../../core/messages/incident.ts';
import { appendToPlan, createPlan } from '../../core/plan/append.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { appendToTicket, createTicket } from '../../core/ticket/append.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import { NOW, parsedPlan, ticketsOf } from './plans.ts';

/** What nobody may be told: a test looks for these in all that is answered. */
export const SECRETS = { token: 'secret-task-token', digest: 'secret-claim-digest'.padEnd(64, '0') };

export const RECEIVED_BY_MACHINE = { task_token: SECRETS.token };
const explanation = { strategy: 'test', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
const result = (output: Record<string, string>) => ({ success: true, output, metadata: {}, logs: ['did it'] });

/** Events of an attempt, in the order in which they come. */
export const steps = {
  ready: { type: 'TicketReady', pool: 'any', queue_key: 'k', ...RECEIVED_BY_MACHINE } as const,
  assigned: (attempt = 1, agent_id = 'worker-1'): TicketEvent => ({
    ...{ type: 'TicketAssigned', agent_id, attempt, lease_ms: 15_000, explanation },
  }),
  started: (attempt = 1, agent_id = 'worker-1'): TicketEvent => ({
    ...{ type: 'TicketStarted', agent_id, attempt, claim_digest: SECRETS.digest, timeout_at: NOW + 60_000 },
  }),
  failedOnce: (attempt = 1, agent_id = 'worker-1'): TicketEvent => ({
    ...{ type: 'AttemptFailed', agent_id, attempt, duration_ms: 5, retry_at: NOW + 1000, cause: 'reported' },
    ...{ error_code: 'FLAKY', error_message: 'not this time' },
  }),
  completed: (attempt = 1, agent_id = 'worker-1', output: Record<string, string> = { answer: '42' }): TicketEvent => ({
    ...{ type: 'TicketCompleted', agent_id, attempt, duration_ms: 7, result_digest: 'd', result: result(output) },
  }),
  run: (): TicketEvent[] => [steps.ready, steps.assigned(), steps.started(), steps.completed()],
};

export const started: PlanEvent[] = [
  { type: 'PlanAccepted', tickets: 1, shape: 'shape-1' },
  { type: 'PlanStarted', execution_arn: 'arn:execution', machine_arn: 'arn:machine' },
];

export function createScene(ledger: Ledger) {
  let now = NOW;

  async function plan(changes: Partial<CognitivePlanInput>, ...events: PlanEvent[]): Promise<TicketSpec[]> {
    const { tasks, execution_order: _, ...header } = parsedPlan(changes);
    const received: Extract<PlanEvent, { type: 'PlanReceived' }> = {
      ...{ type: 'PlanReceived', header, content_digest: 'c'.repeat(64), tickets: tasks.length },
      deadline: NOW + 3_600_000,
    };
    await ledger.commit([createPlan(received, now, sha256)]);
    const specs = ticketsOf(changes, now);
    for (const spec of specs) await ledger.commit([createTicket(spec, sha256)]);
    await planEvents(header.plan_id, ...events);
    return specs;
  }

  async function planEvents(planId: string, ...events: PlanEvent[]): Promise<void> {
    for (const event of events) {
      const record = await ledger.loadPlan(planId);
      if (record === undefined) throw new Error(`no plan ${planId}`);
      await ledger.commit([appendToPlan(record, event, ++now, sha256)]);
    }
  }

  /** @param at epoch ms of all of them; by default each comes a millisecond after the one before */
  async function ticketEvents(spec: TicketSpec, events: readonly TicketEvent[], at?: number): Promise<void> {
    for (const event of events) {
      const record = await ledger.loadTicket(spec.ticket_id);
      if (record === undefined) throw new Error(`no ticket ${spec.task_id}`);
      await ledger.commit([appendToTicket(record, event, at ?? ++now, sha256)]);
    }
  }

  /** The ticket that undoes another: minted as a compensation is, as far as readers see it. */
  async function undo(original: TicketSpec): Promise<TicketSpec> {
    const hex = sha256(`undo ${original.ticket_id}`);
    const spec: TicketSpec = {
      ...original,
      ticket_id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
      ...{ task_id: `undo:${original.task_id}`, task_type: 'COMPENSATE', compensates: original.ticket_id },
      ...{ gated_by: [], releases: [], dependencies: [], created_at: ++now },
    };
    await ledger.commit([createTicket(spec, sha256)]);
    return spec;
  }

  async function incident(
    incident_id: string,
    planId: string,
    changes: Partial<OrchestrationIncident> = {},
  ): Promise<void> {
    const write = openIncident(
      {
        ...{ incident_id, workflow_id: planId, incident_type: 'WORKER_FAILURE', severity: 'HIGH', created_at: ++now },
        ...{ details: ['it broke'], affected_tickets: [], trace_id: 'a'.repeat(32) },
        ...changes,
      },
      sha256,
    );
    await ledger.commit([write]);
  }

  return { plan, planEvents, ticketEvents, undo, incident, now: () => now };
}
