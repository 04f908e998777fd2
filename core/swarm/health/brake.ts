/**
 * The brake on mass eviction. When many agents that can do the same go bad at once, the fault is likelier ours (our API,
 * a bad plan, a broken dependency) than theirs, and evicting them all would make an outage of it. As Envoy's
 * `max_ejection_percent`, but by capability, and over a window: of the agents with a capability so many may fall within it.
 * Silence is recorded all the same, for it is a fact that the clock tells anyway; it uses the room up.
 */
import type { AgentRecord } from '../agent.ts';
import type { HealthSettings } from './settings.ts';

/** A capability of which more agents would have fallen than may. */
export interface Braked {
  readonly capability: string;
  readonly agents: number;
  readonly fallen: number;
  readonly held_back: number;
}

export interface Brake {
  /** Takes the agent in as fallen, whether there is room or not. */
  note(agent: AgentRecord): void;
  /** Takes the agent in if each of its capabilities has room. */
  allows(agent: AgentRecord): boolean;
  readonly braked: readonly Braked[];
}

/** @param agents all that there are; those that fell within the window fill it */
export function createBrake(agents: readonly AgentRecord[], now: number, settings: HealthSettings): Brake {
  const totals = new Map<string, number>();
  const fallen = new Map<string, Set<string>>();
  const heldBack = new Map<string, Set<string>>();
  for (const { capabilities } of agents)
    for (const capability of capabilities) totals.set(capability, (totals.get(capability) ?? 0) + 1);

  const room = (capability: string): number =>
    Math.max(settings.brake_number, Math.floor(settings.brake_share * (totals.get(capability) ?? 0)));
  const setOf = (sets: Map<string, Set<string>>, capability: string): Set<string> => {
    const found = sets.get(capability) ?? new Set();
    sets.set(capability, found);
    return found;
  };
  const note = ({ agent_id, capabilities }: AgentRecord): void => {
    for (const capability of capabilities) setOf(fallen, capability).add(agent_id);
  };

  for (const agent of agents) {
    const { standing } = agent;
    if (standing === undefined || standing.health === 'HEALTHY') continue;
    // Not by `since`: to rise by a rung is no fall.
    if (standing.fell_at !== undefined && now - standing.fell_at < settings.brake_window_ms) note(agent);
  }

  return {
    note,
    allows(agent) {
      const full = agent.capabilities.filter((capability) => {
        const there = setOf(fallen, capability);
        return !there.has(agent.agent_id) && there.size >= room(capability);
      });
      for (const capability of full) setOf(heldBack, capability).add(agent.agent_id);
      if (full.length === 0) note(agent);
      return full.length === 0;
    },
    get braked() {
      return [...heldBack].map(([capability, held]) => ({
        capability,
        agents: totals.get(capability) ?? 0,
        fallen: fallen.get(capability)?.size ?? 0,
        held_back: held.size,
      }));
    },
  };
}
