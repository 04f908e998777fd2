/**
 * When a ticket that waits is likely to begin: the pool's agents are played forward, each slot free when what holds it is
 * expected to end, and taken by the tickets that come before. What arrives later, and what fails, may change it.
 */
import { type AgentRecord, freeSlots, hasCapabilities, isCleared, mayBeMatched } from '../swarm/agent.ts';
import { remainingOfHeld } from '../swarm/wait.ts';
import type { Estimates } from '../trail/estimate.ts';
import { meanDuration } from '../trail/predict.ts';
import type { QueueEntry } from './queue-entry.ts';

export interface ExpectedTurn {
  /** from 1, in the order that the strategy in force would serve now */
  readonly place: number;
  /** tickets that were ranked */
  readonly of: number;
  /** ms until it is likely to begin; absent: as things stand no agent will ever take it */
  readonly in_ms?: number;
}

/**
 * @param ranked the pool's tickets in the order of their turns
 * @returns undefined when the ticket is not among them
 */
export function expectedTurn(
  ranked: readonly QueueEntry[],
  ticketId: string,
  agents: readonly AgentRecord[],
  { now, estimates }: { readonly now: number; readonly estimates: Estimates },
): ExpectedTurn | undefined {
  const at = ranked.findIndex(({ ticket_id }) => ticket_id === ticketId);
  if (at < 0) return undefined;
  const slots = slotsOf(agents, now, estimates);
  const told = { place: at + 1, of: ranked.length };
  for (const entry of ranked.slice(0, at + 1)) {
    const slot = earliest(slots.filter(({ agent }) => mayRun(agent, entry)));
    if (slot === undefined) {
      if (entry.ticket_id === ticketId) return told;
      continue;
    }
    if (entry.ticket_id === ticketId) return { ...told, in_ms: Math.round(slot.free_in_ms) };
    slot.free_in_ms += meanDuration(estimates(slot.agent.agent_id, entry.task_type), entry.estimated_duration_ms);
  }
  return told;
}

interface Slot {
  readonly agent: AgentRecord;
  free_in_ms: number;
}

function slotsOf(agents: readonly AgentRecord[], now: number, estimates: Estimates): Slot[] {
  return agents
    .filter((agent) => mayBeMatched(agent, now))
    .flatMap((agent) => [
      ...Array.from({ length: Math.max(0, freeSlots(agent)) }, () => ({ agent, free_in_ms: 0 })),
      ...Object.values(agent.held).map((held) => ({
        agent,
        free_in_ms: remainingOfHeld(agent.agent_id, held, estimates, now),
      })),
    ]);
}

const mayRun = (agent: AgentRecord, entry: QueueEntry): boolean =>
  hasCapabilities(agent, entry.required_capabilities) && isCleared(agent.clearance, entry.security_level);

const earliest = (slots: readonly Slot[]): Slot | undefined =>
  slots.reduce<Slot | undefined>(
    (first, slot) => (first === undefined || slot.free_in_ms < first.free_in_ms ? slot : first),
    undefined,
  );
