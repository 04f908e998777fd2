import type { AgentRecord } from '../../core/swarm/agent.ts';
import { eventOf } from '../../core/swarm/health/record.ts';
import type { HealthEvent, Rung } from '../../core/swarm/health/state.ts';
import { NOW } from './plans.ts';

/** An agent that has just registered. */
export const agent = (
  agent_id: string,
  changes: Partial<Omit<AgentRecord, 'held'>> = {},
): Omit<AgentRecord, 'held'> => ({
  agent_id,
  kind: 'microservice',
  capabilities: ['build'],
  location: { region: 'local' },
  capacity: 1,
  clearance: 'INTERNAL',
  version: '1',
  heartbeat_interval_ms: 5000,
  inbox_url: `memory://inbox/${agent_id}`,
  ephemeral: false,
  status: 'active',
  registered_at: NOW,
  heartbeat_at: NOW,
  ...changes,
});

/** What the ledger says of an agent that falls off the highest rung. */
export const fallOf = (to: Rung, from: Rung = 'HEALTHY'): HealthEvent =>
  eventOf({
    ...{ from, to, reasons: ['losing'], relapses: 0, known: { at: NOW, evidence: 0, lost: 3 } },
    figures: { silent_ms: 0, lost_in_a_row: 3, evidence: 0 },
  });
