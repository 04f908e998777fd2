import type { AgentRecord } from '../../core/swarm/agent.ts';
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
