/** An agent as people see it: alive or silent, how full, and what it holds. */
import { type AgentHealth, type AgentRecord, healthOf, isSilent } from '../../core/swarm/agent.ts';
import type { Out } from './io.ts';
import { count, duration, padTo, plain } from './text.ts';

export interface AgentView {
  readonly agent_id: string;
  readonly kind: AgentRecord['kind'];
  readonly health: AgentHealth;
  /** who speaks for it; absent: nobody yet */
  readonly owner?: string;
  /** why, where something was recorded: `failing`, `slow`, `losing`, … */
  readonly health_reasons: readonly string[];
  /** security has set it apart */
  readonly quarantined?: { readonly by: string; readonly why: string; readonly at: number };
  readonly silent: boolean;
  readonly capabilities: readonly string[];
  readonly slots_held: number;
  readonly capacity: number;
  /** ms since its last sign of life */
  readonly silent_ms: number;
  readonly holds: readonly {
    readonly ticket_id: string;
    readonly plan_id: string;
    readonly task_id: string;
    readonly attempt: number;
  }[];
}

/** Those that are silent first, then by id. */
export function agentViews(agents: readonly AgentRecord[], now: number): AgentView[] {
  return agents
    .map((agent) => ({
      agent_id: agent.agent_id,
      kind: agent.kind,
      health: healthOf(agent, now),
      ...(agent.owner !== undefined && { owner: agent.owner }),
      health_reasons: agent.standing?.reasons ?? [],
      ...(agent.standing?.quarantined && { quarantined: agent.standing.quarantined }),
      silent: isSilent(agent, now),
      capabilities: agent.capabilities,
      slots_held: Object.keys(agent.held).length,
      capacity: agent.capacity,
      silent_ms: Math.max(0, now - agent.heartbeat_at),
      holds: Object.entries(agent.held).map(([ticket_id, held]) => ({ ticket_id, ...held })),
    }))
    .sort((a, b) => Number(b.silent) - Number(a.silent) || (a.agent_id < b.agent_id ? -1 : 1));
}

/** It holds tickets and gives no sign of life. */
export const isLost = ({ silent, slots_held }: AgentView): boolean => silent && slots_held > 0;

export function agentLine(agent: AgentView, { green, yellow, red, bold }: Out['color']): string {
  const { health, slots_held, capacity, silent_ms, capabilities, silent } = agent;
  const colour = health === 'HEALTHY' ? green : isLost(agent) ? (text: string) => bold(red(text)) : yellow;
  const slots = `${slots_held}/${capacity} ${capacity === 1 ? 'slot' : 'slots'}`;
  const cells = [
    padTo(plain(agent.agent_id), 30),
    padTo(slots, 12),
    padTo(agent.kind === 'human' ? 'a person' : `${duration(silent_ms)} ago`, 13),
    capabilities.map(plain).join(','),
    ...(silent || health === 'HEALTHY' || agent.health_reasons.length === 0
      ? []
      : [`(${agent.health_reasons.join(', ')})`]),
  ];
  const apart = agent.quarantined === undefined ? '' : ` (${plain(agent.quarantined.why)})`;
  return `${colour(padTo(health, 9))} ${cells.join(' ')}${apart}`;
}

/** What it holds; a lost agent's tickets are called so. */
export function heldLines(agent: AgentView, { bold, red }: Out['color']): string[] {
  const lines = agent.holds.map(
    ({ plan_id, task_id, attempt }) => `  holds ${plain(task_id)} of ${plain(plan_id)}, attempt ${attempt}`,
  );
  if (!isLost(agent)) return lines;
  const tickets = count(agent.slots_held, 'ticket');
  const alarm = `  ! no sign of life for ${duration(agent.silent_ms)} while it holds ${tickets}: is it lost?`;
  return [bold(red(alarm)), ...lines];
}
