/** Tickets in a queue and agents of a swarm, for tests and benches of what decides about them. */
import { type QueueEntry, queueKey } from '../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { NOW } from './plans.ts';

/** A ticket that became ready just now; its key follows from what it is, unless one is given. */
export function entryOf(name: string, changes: Partial<QueueEntry> = {}): QueueEntry {
  const entry = {
    ...{ pool: 'pool', ticket_id: name, plan_id: 'plan', task_id: name, task_type: 'work' },
    ...{ priority: 'NORMAL', risk_band: 'medium', customer_tier: 'silver', tenant_id: 'default' },
    ...{ security_level: 'INTERNAL', required_capabilities: ['build'], estimated_duration_ms: 60_000 },
    qos: { delivery_mode: 'AT_LEAST_ONCE', consistency: 'EVENTUAL', durability: 'PERSISTENT' },
    ...{ below_ms: 0, plan_deadline: NOW + 4 * 3_600_000, ready_at: NOW, deadline: NOW + 180_000 },
    ...{ attempt: 1, avoid: [], compensation: false },
    ...changes,
  } satisfies Omit<QueueEntry, 'key'>;
  return { key: queueKey(entry), ...entry };
}

/** A healthy agent with one free slot. */
export function agentOf(agent_id: string, changes: Partial<AgentRecord> = {}): AgentRecord {
  return {
    ...{ agent_id, kind: 'microservice', capabilities: ['build'], location: { region: 'local' }, capacity: 1 },
    ...{ clearance: 'INTERNAL', version: '1', heartbeat_interval_ms: 5000, inbox_url: `https://inbox/${agent_id}` },
    ...{ ephemeral: false, status: 'active', registered_at: NOW - 60_000, heartbeat_at: NOW, held: {} },
    ...changes,
  };
}
