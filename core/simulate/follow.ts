/**
 * Follows a schedule that was searched for beforehand: each slot runs its tickets in the schedule's order, each as
 * soon as what it waits for is done. What the schedule did not foresee, further attempts, goes where
 * it is expected to end first.
 */
import type { Schedule } from '../schedule/search/schedule.ts';
import { type AgentRecord, freeSlots } from '../swarm/agent.ts';
import type { Match, Matcher } from '../swarm/match.ts';

export interface Followed {
  readonly schedule: Schedule;
  /** agent_id of each slot */
  readonly agents: readonly string[];
  /** ticket_id of each task of the schedule */
  readonly tickets: readonly string[];
  /** it may still run: neither done nor given up */
  readonly isOpen: (ticketId: string) => boolean;
}

/** Of one simulation: it keeps how far each slot has come. */
export function createFollow({ schedule, agents, tickets, isOpen }: Followed, otherwise: Matcher): Matcher {
  const queues: number[][] = agents.map(() => []);
  for (const [task, slot] of schedule.slots.entries()) queues[slot]?.push(task);
  for (const queue of queues) queue.sort((a, b) => (schedule.starts[a] as number) - (schedule.starts[b] as number));
  const holds: (string | undefined)[] = agents.map(() => undefined);

  return (entries, records, context) => {
    const waiting = new Map(entries.map((entry, position) => [entry.ticket_id, { entry, position }]));
    const byId = new Map(records.map((record) => [record.agent_id, record]));
    const matches: Match[] = [];
    const taken = new Map<string, number>();

    agents.forEach((agentId, slot) => {
      const agent = byId.get(agentId) as AgentRecord;
      const held = holds[slot];
      if (held !== undefined && agent.held[held] !== undefined) return;
      holds[slot] = undefined;
      const queue = queues[slot] as number[];
      while (queue[0] !== undefined && !isOpen(tickets[queue[0]] as string)) queue.shift();
      const [task] = queue;
      if (task === undefined) return;
      const ticketId = tickets[task] as string;
      const found = waiting.get(ticketId);
      if (found === undefined || found.entry.attempt > 1) return;
      if (freeSlots(agent) - (taken.get(agentId) ?? 0) <= 0) return;
      queue.shift();
      holds[slot] = ticketId;
      taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
      const { entry, position } = found;
      const explanation = {
        strategy: 'planned',
        waited_ms: Math.max(0, Math.round(context.now - entry.ready_at)),
        queue_position: position + 1,
        queue_length: entries.length,
        candidates: [{ agent_id: agentId, free_slots: freeSlots(agent) }],
      };
      matches.push({ entry, agent, explanation });
    });
    const again = entries.filter(({ attempt }) => attempt > 1);
    if (again.length === 0) return matches;
    const left = records.filter((record) => freeSlots(record) - (taken.get(record.agent_id) ?? 0) > 0);
    return [
      ...matches,
      ...otherwise(
        again,
        left.filter(({ agent_id }) => !taken.has(agent_id)),
        context,
      ),
    ];
  };
}
