/** Why a ticket is not done yet, in a sentence; undefined when it has ended or runs as it should. */
import { type AgentRecord, freeSlots, hasCapabilities, healthOf, isCleared } from '../../core/swarm/agent.ts';
import type { TicketRow } from './plan-view.ts';
import { count, duration, plain } from './text.ts';

const NAMES_TOLD = 4;

export function whyWaiting(
  row: TicketRow,
  rows: ReadonlyMap<string, TicketRow>,
  agents: readonly AgentRecord[],
  now: number,
): string | undefined {
  const { state } = row;
  switch (state.phase) {
    case 'created': {
      const open = row.dependencies.filter((id) => rows.get(id)?.state.phase !== 'completed');
      return open.length > 0 ? `waits for ${names(open)}` : 'the plan’s machine has not entered it yet';
    }
    case 'gated': {
      const byTicket = new Map([...rows.values()].map(({ ticket_id, task_id }) => [ticket_id, task_id]));
      return `gated by ${names(state.unmet.map((id) => byTicket.get(id) ?? id))}`;
    }
    case 'ready':
      return whyNotAssigned(row, agents, now);
    case 'assigned':
      return (
        silence(state.agent_id, agents, now) ?? `assigned to ${plain(state.agent_id)}, which has not claimed it yet`
      );
    case 'running':
      return silence(state.agent_id, agents, now);
    default:
      return undefined;
  }
}

function whyNotAssigned(
  { required_capabilities, security_level }: TicketRow,
  agents: readonly AgentRecord[],
  now: number,
): string {
  const wanted = required_capabilities.map(plain).join(', ') || 'any';
  const capable = agents.filter((agent) => hasCapabilities(agent, required_capabilities));
  if (capable.length === 0) return `no agent has the capabilities it needs (${wanted})`;
  const cleared = capable.filter(({ clearance }) => isCleared(clearance, security_level));
  if (cleared.length === 0) return `no agent with ${wanted} is cleared for ${security_level}`;
  const healthy = cleared.filter((agent) => healthOf(agent, now) === 'HEALTHY');
  if (healthy.length === 0)
    return `no healthy agent with ${wanted}: ${count(cleared.length, 'is', 'are')} silent or leaving`;
  if (healthy.every((agent) => freeSlots(agent) <= 0))
    return `waits for a slot: ${count(healthy.length, 'capable agent')}, all busy`;
  return 'ready: the next round assigns it';
}

/** An agent that has the ticket and gives no sign of life. */
function silence(agentId: string, agents: readonly AgentRecord[], now: number): string | undefined {
  const agent = agents.find(({ agent_id }) => agent_id === agentId);
  if (agent === undefined) return `LOST? ${plain(agentId)} has it and has left`;
  if (healthOf(agent, now) !== 'SUSPECT') return undefined;
  return `LOST? ${plain(agentId)} has it and has been silent for ${duration(now - agent.heartbeat_at)}`;
}

function names(ids: readonly string[]): string {
  const told = ids.slice(0, NAMES_TOLD).map(plain).join(', ');
  return ids.length > NAMES_TOLD ? `${told} and ${ids.length - NAMES_TOLD} more` : told;
}
