/** A plan of two tasks in a ledger in memory, told event by event, as the functions would have written it. */
import { createMemoryAgentRegistry } from '../../../adapters/memory/agent-registry.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryPlanReader } from '../../../adapters/memory/plan-reader.ts';
import { createMemoryReadyQueue } from '../../../adapters/memory/ready-queue.ts';
import { createMemorySharesStore } from '../../../adapters/memory/shares.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { createMemoryTrails } from '../../../adapters/memory/trails.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { incidentIdOf, openIncident } from '../../../core/incident/incident.ts';
import { appendToPlan, createPlan } from '../../../core/plan/append.ts';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { createStrategyInForce } from '../../../core/schedule/strategy/in-force.ts';
import { appendToTicket, createTicket } from '../../../core/ticket/append.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { createReadEstimates } from '../../../core/trail/read-estimates.ts';
import { agent } from '../../support/agents.ts';
import { dependent, NOW, parsedPlan, task, ticketsOf } from '../../support/plans.ts';

export const CLAIM_DIGEST = 'c1a1'.repeat(16);

export function createStory(plan_id = 'plan-1') {
  const table = createMemoryTable();
  const ledger = createMemoryLedger(table);
  const agents = createMemoryAgentRegistry(table);
  const changes = { plan_id, tasks: [task('a'), dependent('b', 'a')] };
  const specs = ticketsOf(changes);
  const idOf = (task_id: string): string => specs.find((spec) => spec.task_id === task_id)?.ticket_id ?? '';
  const incident_id = incidentIdOf(plan_id, 'a test', sha256);
  let now = NOW;
  const clock = { now: () => now, random: () => 0.5, sleep: async () => {} };
  const tick = (): number => (now += 10);

  async function plan(event: PlanEvent): Promise<void> {
    const record = await ledger.loadPlan(plan_id);
    if (record) await ledger.commit([appendToPlan(record, event, tick(), sha256)]);
  }

  async function ticket(task_id: string, event: TicketEvent): Promise<void> {
    const record = await ledger.loadTicket(idOf(task_id));
    if (record) await ledger.commit([appendToTicket(record, event, tick(), sha256)]);
  }

  return {
    plan_id,
    incident_id,
    ledger,
    agents,
    reader: createMemoryPlanReader(table),
    queue: createMemoryReadyQueue(table),
    shares: createMemorySharesStore(table),
    strategyInForce: createStrategyInForce({ ledger, clock }),
    readEstimates: createReadEstimates({ trails: createMemoryTrails(table), clock }),
    idOf,
    plan,
    ticket,
    now: () => now,

    /** Received, accepted, started: 3 events of the plan and one of each of its two tickets. */
    async begin(): Promise<void> {
      const { tasks, execution_order: _, ...header } = parsedPlan(changes);
      const received = {
        type: 'PlanReceived' as const,
        header,
        content_digest: sha256(plan_id),
        deadline: NOW + 60_000,
      };
      await ledger.commit([createPlan({ ...received, tickets: tasks.length }, NOW, sha256)]);
      for (const spec of specs) await ledger.commit([createTicket(spec, sha256)]);
      await plan({ type: 'PlanAccepted', tickets: tasks.length, shape: 'shape-1' });
      await plan({ type: 'PlanStarted', execution_arn: 'arn:execution', machine_arn: 'arn:machine' });
      await agents.register(agent('agent-1', { capabilities: ['query', 'ä 🐝'], capacity: 2 }));
    },

    /** Ready, assigned, started, completed: 4 events of the ticket. */
    async run(task_id: string): Promise<void> {
      const of = { agent_id: 'agent-1', attempt: 1 };
      const explanation = { strategy: 'first', waited_ms: 1, queue_position: 1, queue_length: 1, candidates: [] };
      const result = { success: true, output: { ['__proto__']: 'kept', url: 'https://x' }, metadata: {}, logs: ['ä'] };
      await ticket(task_id, { type: 'TicketReady', pool: 'query', queue_key: 'k', task_token: 'a secret token' });
      await ticket(task_id, { type: 'TicketAssigned', lease_ms: 15_000, explanation, ...of });
      await ticket(task_id, { type: 'TicketStarted', claim_digest: CLAIM_DIGEST, timeout_at: NOW + 60_000, ...of });
      await ticket(task_id, { type: 'TicketCompleted', duration_ms: 20, result_digest: sha256('r'), result, ...of });
    },

    complete: () => plan({ type: 'PlanCompleted', tickets: 2, duration_ms: 100 }),

    openIncident: () =>
      ledger.commit([
        openIncident(
          {
            incident_id,
            workflow_id: plan_id,
            incident_type: 'WORKER_FAILURE',
            severity: 'HIGH',
            details: ['ä'],
            affected_tickets: [idOf('a')],
            trace_id: '0'.repeat(32),
            created_at: NOW,
          },
          sha256,
        ),
      ]),
  };
}

export type Story = ReturnType<typeof createStory>;
