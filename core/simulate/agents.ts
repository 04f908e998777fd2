/** Simulated agents as the registry would know them, and how long they take. */
import type { AgentRecord, Held } from '../swarm/agent.ts';
import type { SimulatedTicket } from './tickets.ts';
import type { SimulatedAgent } from './types.ts';

/** A registered agent whose slots are taken and freed, and that is always heard of. */
export type LiveAgent = Omit<AgentRecord, 'held' | 'heartbeat_at'> & {
  held: Record<string, Held>;
  heartbeat_at: number;
};

/** @param everything capabilities that are asked for: those of an agent that names none */
export const liveAgent = (agent: SimulatedAgent, everything: readonly string[]): LiveAgent => ({
  agent_id: agent.agent_id,
  kind: 'microservice',
  capabilities: [...(agent.capabilities ?? everything)],
  location: agent.location ?? { region: 'local' },
  capacity: agent.capacity ?? 1,
  clearance: agent.clearance ?? 'RESTRICTED',
  version: 'simulated',
  heartbeat_interval_ms: 5000,
  ephemeral: false,
  inbox_url: '',
  status: 'active',
  registered_at: 0,
  heartbeat_at: 0,
  held: {},
});

export const speedOf = ({ speeds, speed = 1 }: SimulatedAgent, kind: string): number => speeds?.[kind] ?? speed;

/** ms, whole, as the ledger keeps them */
export const durationOn = (agent: SimulatedAgent, { duration_ms, kind }: SimulatedTicket): number =>
  Math.max(1, Math.round(duration_ms / speedOf(agent, kind)));
