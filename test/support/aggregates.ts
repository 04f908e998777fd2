/** What a table of the ledger holds, aggregate by aggregate, and whether it adds up. */
import type { MemoryTable } from '../../adapters/memory/table.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { IncidentEvent, IncidentState } from '../../core/incident/incident.ts';
import { findBreak, type Recorded } from '../../core/ledger/chain.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import { reducePlan } from '../../core/plan/reducer.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { reduceTicket } from '../../core/ticket/reducer.ts';
import type { TicketState } from '../../core/ticket/state.ts';

export interface Aggregate<E extends { type: string }, S> {
  readonly id: string;
  readonly records: Recorded<E>[];
  readonly version: number;
  readonly hash: string;
  readonly state: S;
}

export interface Contents {
  readonly tickets: Aggregate<TicketEvent, TicketState>[];
  readonly plans: Aggregate<PlanEvent, PlanState>[];
  readonly incidents: Aggregate<IncidentEvent, IncidentState>[];
  readonly rejections: Recorded[];
  readonly agents: AgentRecord[];
  readonly queue: QueueEntry[];
}

export function contentsOf(table: MemoryTable): Contents {
  const events = new Map<string, Recorded<never>[]>();
  const states = new Map<string, { version: number; hash: string; state: never }>();
  const agents: AgentRecord[] = [];
  const queue: QueueEntry[] = [];
  for (const { pk, sk, item } of table.scan()) {
    if (pk.startsWith('AGENT#')) agents.push(item as unknown as AgentRecord);
    else if (pk.startsWith('POOL#')) queue.push(item.entry as QueueEntry);
    else if (sk === 'STATE') states.set(pk, item as never);
    else if (sk.startsWith('EVENT#')) events.set(pk, [...(events.get(pk) ?? []), item.record as Recorded<never>]);
  }
  const aggregates = (prefix: string) =>
    [...states]
      .filter(([pk]) => pk.startsWith(prefix))
      .map(([pk, item]) => ({ id: pk.slice(prefix.length), records: events.get(pk) ?? [], ...item }));
  return {
    tickets: aggregates('TICKET#'),
    plans: aggregates('PLAN#'),
    incidents: aggregates('INCIDENT#'),
    rejections: [...events].filter(([pk]) => pk.startsWith('REJECTION#')).flatMap(([, records]) => records),
    agents,
    queue,
  };
}

/** The state that an aggregate's events lead to. */
export const replayTicket = (records: readonly Recorded<TicketEvent>[]): TicketState | undefined =>
  records.reduce<TicketState | undefined>(reduceTicket, undefined);
export const replayPlan = (records: readonly Recorded<PlanEvent>[]): PlanState | undefined =>
  records.reduce<PlanState | undefined>(reducePlan, undefined);

/** Everything about a table that must hold after any history; empty when it does. */
export function inconsistencies(table: MemoryTable): string[] {
  const { tickets, plans, rejections, agents, queue } = contentsOf(table);
  const found: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

  for (const { id, records, state, version, hash } of tickets) {
    must(findBreak(records, sha256) === undefined, `chain of ticket ${id} is broken`);
    must(version === records.length && hash === records.at(-1)?.hash, `head of ticket ${id} is not its last event`);
    must(same(replayTicket(records), state), `events of ticket ${id} do not lead to its state`);
    const count = (...types: string[]) => records.filter(({ event }) => types.includes(event.type)).length;
    const again =
      count('AttemptFailed') + count('TicketDeferred', 'TicketWithdrawn', 'TicketReopened', 'TicketEscalated');
    must(count('TicketReady') <= 1 + again, `ticket ${id} became ready twice`);
    must(count('TicketAssigned') <= 1 + again, `ticket ${id} was assigned twice`);
    must(count('TicketCompleted') <= 1, `ticket ${id} was completed twice`);
    must(
      count('TicketCompleted', 'TicketFailed', 'TicketCancelled', 'TicketSkipped') <=
        1 + count('TicketReopened') + (state.phase === 'skipped' ? 1 : 0),
      `ticket ${id} ended twice`,
    );
  }
  for (const { id, records, state, version, hash } of plans) {
    must(findBreak(records, sha256) === undefined, `chain of plan ${id} is broken`);
    must(version === records.length && hash === records.at(-1)?.hash, `head of plan ${id} is not its last event`);
    must(same(replayPlan(records), state), `events of plan ${id} do not lead to its state`);
  }
  for (const record of rejections) must(findBreak([record], sha256) === undefined, 'a rejection is broken');

  const holders = new Map<string, string[]>(agents.map(({ agent_id }) => [agent_id, []]));
  for (const { id, state } of tickets)
    if (state.phase === 'assigned' || state.phase === 'running') holders.get(state.agent_id)?.push(id);
  for (const { agent_id, held, capacity } of agents) {
    must(Object.keys(held).length <= capacity, `agent ${agent_id} holds more than it has slots`);
    must(same(Object.keys(held), holders.get(agent_id)), `agent ${agent_id} does not hold what is assigned to it`);
  }
  const ready = tickets.flatMap(({ id, state }) =>
    state.phase === 'ready' ? [`${id} in ${state.pool} as ${state.queue_key}`] : [],
  );
  const queued = queue.map(({ ticket_id, pool, key }) => `${ticket_id} in ${pool} as ${key}`);
  must(same(ready, queued), 'the queue is not exactly the ready tickets');
  return found;
}

/** Members and lists of text in one order, so that only what is said counts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? [...value].sort() : value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
