/** Reads for people in memory: what the one on DynamoDB answers, found by looking at everything. */
import type { IncidentState } from '../../core/incident/incident.ts';
import { incidentAggregate } from '../../core/ledger/aggregate.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import type { PlanPrediction } from '../../core/plan/prediction.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { PartOfEvent, PlanReader, Slice, SliceRequest, TicketEntry } from '../../core/ports/plan-reader.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import * as keys from './keys.ts';
import type { MemoryItem, MemoryTable } from './table.ts';
import { compareUtf8 } from './values.ts';

export function createMemoryPlanReader(table: MemoryTable): PlanReader {
  const stateAt = (pk: string) => table.get({ pk, sk: keys.STATE });
  const eventsAt = <E extends { type: string }>(pk: string): Recorded<E>[] =>
    table
      .query(pk)
      .filter(({ sk }) => sk !== keys.STATE)
      .map(({ item }) => item.record as Recorded<E>);
  const statesBelow = <S>(prefix: string): S[] =>
    table
      .scan(prefix)
      .filter(({ sk }) => sk === keys.STATE)
      .map(({ item }) => item.state as S);

  function entryOf(ticketId: string): TicketEntry[] {
    const item = stateAt(keys.ticketKey(ticketId));
    const created = eventsAt<TicketEvent>(keys.ticketKey(ticketId))[0]?.event;
    if (item === undefined || created?.type !== 'TicketCreated') return [];
    const touched = typeof item.touched_at === 'number' ? { touched_at: item.touched_at } : {};
    return [{ spec: created.spec, state: item.state as TicketState, version: item.version as number, ...touched }];
  }

  const ticketIds = (planId: string): string[] =>
    statesBelow<TicketState>(keys.ticketKey(''))
      .filter(({ plan_id }) => plan_id === planId)
      .map(({ ticket_id }) => ticket_id)
      .sort();

  return {
    async loadPlan(planId) {
      const pk = keys.planKey(planId);
      const item = stateAt(pk);
      return (
        item && {
          state: item.state as PlanState,
          version: item.version as number,
          ...(item.prediction === undefined ? {} : { prediction: item.prediction as PlanPrediction }),
          events: eventsAt<PlanEvent>(pk),
        }
      );
    },

    async listPlans(request) {
      const plans = statesBelow<PlanState>(keys.planKey(''));
      return slice(plans, ({ received_at, plan_id }) => newest(received_at, plan_id), request, true);
    },

    async loadTicket(ticketId) {
      const [entry] = entryOf(ticketId);
      return entry && { ...entry, events: eventsAt<TicketEvent>(keys.ticketKey(ticketId)) };
    },

    loadTicketEvents: async (ticketId) => eventsAt(keys.ticketKey(ticketId)),

    loadTicketSpecs: async (ids) => ids.flatMap(entryOf).map(({ spec }) => spec),

    async loadTicketHeads(ids) {
      return ids.flatMap(entryOf).map(({ state: { ticket_id, phase, compensates }, version }) => ({
        ticket_id,
        version,
        phase,
        ...(compensates === undefined ? {} : { compensates }),
      }));
    },

    async listTickets(planId, request) {
      const { items, ...rest } = slice(ticketIds(planId), keys.ticketKey, request);
      return { items: items.flatMap(entryOf), ...rest };
    },

    listTicketIds: async (planId) => ticketIds(planId),

    async loadEvents(refs, members) {
      return refs.flatMap(({ aggregate, version }) => {
        const item = table.get({ pk: aggregate, sk: keys.eventSort(version) });
        return item === undefined ? [] : [partOf(item, members)];
      });
    },

    loadAgent: async (agentId) => stateOfAgent(stateAt(keys.agentKey(agentId))),

    async listAgents(capability, request) {
      const all = table.scan(keys.agentKey('')).filter(({ sk }) => sk === keys.STATE);
      const agents = all
        .map(({ item }) => item as unknown as AgentRecord)
        .filter(({ status }) => status !== 'removed')
        .filter(({ capabilities }) => capability === '*' || capabilities.includes(capability));
      return slice(agents, ({ agent_id }) => agent_id, request);
    },

    loadIncident: async (id) => stateAt(incidentAggregate(id))?.state as IncidentState | undefined,

    async listIncidents(request) {
      const incidents = statesBelow<IncidentState>(incidentAggregate(''));
      return slice(incidents, ({ created_at, incident_id }) => newest(created_at, incident_id), request, true);
    },
  };
}

const newest = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

const stateOfAgent = (item: MemoryItem | undefined) => item as AgentRecord | undefined;

function partOf(item: MemoryItem, members: readonly string[]): PartOfEvent {
  const { aggregate, version, at, subject, event } = item.record as Recorded<{ type: string }>;
  const kept = Object.entries(event).filter(([name]) => name === 'type' || members.includes(name));
  return { aggregate, version, at, subject, event: Object.fromEntries(kept) as PartOfEvent['event'] };
}

/** Sorted as a table sorts keys: by the bytes of their UTF-8. */
function slice<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { limit, after }: SliceRequest,
  backward = false,
): Slice<T> {
  const way = backward ? -1 : 1;
  const sorted = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || way * compareUtf8(key, after) > 0)
    .sort((a, b) => way * compareUtf8(a.key, b.key));
  const items = sorted.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ item }) => item),
    ...(items.length >= limit && last !== undefined ? { next: last.key } : {}),
  };
}
