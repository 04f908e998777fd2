/** Why a ticket that is ready has no agent, as the agents stand now. */
import type { SecurityLevel } from '../messages/primitives.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from './agent.ts';

/** What is asked of an agent. */
export interface Wanted {
  readonly required_capabilities: readonly string[];
  readonly security_level: SecurityLevel;
}

/** A sentence; names in it are as they came. */
export function whyNotAssigned(
  { required_capabilities, security_level }: Wanted,
  agents: readonly AgentRecord[],
  now: number,
): string {
  const wanted = required_capabilities.join(', ') || 'any';
  const capable = agents.filter((agent) => hasCapabilities(agent, required_capabilities));
  if (capable.length === 0) return `no agent has the capabilities it needs (${wanted})`;
  const cleared = capable.filter(({ clearance }) => isCleared(clearance, security_level));
  if (cleared.length === 0) return `no agent with ${wanted} is cleared for ${security_level}`;
  const healthy = cleared.filter((agent) => healthOf(agent, now) === 'HEALTHY');
  if (healthy.length === 0)
    return `no healthy agent with ${wanted}: ${cleared.length} ${cleared.length === 1 ? 'is' : 'are'} silent or leaving`;
  if (healthy.every((agent) => freeSlots(agent) <= 0))
    return `waits for a slot: ${healthy.length} capable ${healthy.length === 1 ? 'agent' : 'agents'}, all busy`;
  return 'ready: the next round assigns it';
}
