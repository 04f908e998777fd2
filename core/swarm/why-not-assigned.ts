/** Why a ticket that is ready has no agent, as the agents stand now. */
import type { SecurityLevel } from '../messages/primitives.ts';
import {
  type AgentHealth,
  type AgentRecord,
  freeSlots,
  hasCapabilities,
  healthOf,
  isCleared,
  isQuarantined,
  isSilent,
  takesWork,
} from './agent.ts';
import { worksFor } from './match/eligible.ts';

/** What is asked of an agent. */
export interface Wanted {
  readonly required_capabilities: readonly string[];
  readonly security_level: SecurityLevel;
  /** absent: not looked at */
  readonly tenant_id?: string | undefined;
}

/** A sentence; names in it are as they came. @param denied what is told where policies keep it from all that could run it */
export function whyNotAssigned(
  { required_capabilities, security_level, tenant_id }: Wanted,
  agents: readonly AgentRecord[],
  now: number,
  denied?: string,
): string {
  const wanted = required_capabilities.join(', ') || 'any';
  const capable = agents.filter((agent) => hasCapabilities(agent, required_capabilities));
  if (capable.length === 0) return `no agent has the capabilities it needs (${wanted})`;
  const cleared = capable.filter(({ clearance }) => isCleared(clearance, security_level));
  if (cleared.length === 0) return `no agent with ${wanted} is cleared for ${security_level}`;
  const serving = tenant_id === undefined ? cleared : cleared.filter((agent) => worksFor(agent, tenant_id));
  if (serving.length === 0) return `no agent with ${wanted} works for tenant ${tenant_id}`;
  const usable = usableOf(serving, now);
  if (usable.length === 0) return `no agent with ${wanted} is fit for it: ${tally(serving, now)}`;
  if (denied !== undefined) return denied;
  const able = usable.length === 1 ? '1 capable agent' : `${usable.length} capable agents`;
  if (usable.every((agent) => freeSlots(agent) <= 0)) return `waits for a slot: ${able}, all busy`;
  return 'ready: the next round assigns it, unless a faster agent that is busy is worth waiting for';
}

/** Degraded ones are the last resort. */
function usableOf(agents: readonly AgentRecord[], now: number): readonly AgentRecord[] {
  const of = (health: AgentHealth) => agents.filter((agent) => healthOf(agent, now) === health);
  const healthy = of('HEALTHY');
  return healthy.length > 0 ? healthy : of('DEGRADED');
}

/** `2 silent, 1 draining`. */
function tally(agents: readonly AgentRecord[], now: number): string {
  const counts = new Map<string, number>();
  for (const agent of agents) {
    const word = isQuarantined(agent)
      ? 'in quarantine'
      : isSilent(agent, now)
        ? 'silent'
        : takesWork(agent)
          ? 'unhealthy'
          : 'draining';
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
