/** Reads for people on DynamoDB: aggregates by key, lists by the index of parents, and no more of an item than is told. */
import type { IncidentState } from '../../core/incident/incident.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import type { PlanPrediction } from '../../core/plan/prediction.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { PartOfEvent, PlanReader, Slice, SliceRequest, TicketEntry } from '../../core/ports/plan-reader.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { PhaseName, TicketSpec, TicketState } from '../../core/ticket/state.ts';
import { createDynamoAgentRegistry } from './agent-registry.ts';
import * as keys from './keys.ts';
import { eventParts, HEAD } from './projections.ts';
import { getItem, getItems, type Item, queryAll, queryPartition, type Table, toItem } from './table.ts';

export function createDynamoPlanReader(table: Table): PlanReader {
  const agents = createDynamoAgentRegistry(table);
  const stateKeys = (pks: readonly string[]) => pks.map((pk) => ({ pk, sk: keys.STATE }));
  const createdKeys = (pks: readonly string[]) => pks.map((pk) => ({ pk, sk: keys.eventSort(1) }));
  const statesAt = async <S>(pks: readonly string[]): Promise<S[]> =>
    inOrder(pks, await getItems(table, stateKeys(pks))).map(({ state }) => state as S);

  /** Keys of a parent's children, in order of what sorts them. */
  async function children(parent: string, forward: boolean, { limit, after }: Partial<SliceRequest> = {}) {
    const found = await queryAll(
      table,
      {
        IndexName: keys.BY_PARENT,
        KeyConditionExpression: `#parent = :parent${after === undefined ? '' : ` AND #sort ${forward ? '>' : '<'} :after`}`,
        ExpressionAttributeNames: { '#parent': 'parent', ...(after === undefined ? {} : { '#sort': 'parent_sort' }) },
        ExpressionAttributeValues: toItem({ ':parent': parent, ':after': after }),
        ScanIndexForward: forward,
      },
      limit,
    );
    const next = limit !== undefined && found.length >= limit ? (found.at(-1)?.parent_sort as string) : undefined;
    return { pks: found.map(({ pk }) => pk), ...(next === undefined ? {} : { next }) };
  }

  async function slice<T>(
    of: { pks: readonly string[]; next?: string },
    load: (pks: readonly string[]) => Promise<T[]>,
  ): Promise<Slice<T>> {
    return { items: await load(of.pks), ...(of.next === undefined ? {} : { next: of.next }) };
  }

  async function loadEntries(pks: readonly string[]): Promise<TicketEntry[]> {
    const [states, created] = await Promise.all([
      getItems(table, stateKeys(pks)),
      getItems(table, createdKeys(pks)).then((items) => new Map(items.map((item) => [item.pk, item]))),
    ]);
    return inOrder(pks, states).flatMap((item) => entryOf(item, created.get(item.pk)));
  }

  return {
    async loadPlan(planId) {
      const items = await queryPartition(table, keys.planKey(planId));
      const item = items.find(({ sk }) => sk === keys.STATE);
      if (item === undefined) return undefined;
      const noted = item.prediction === undefined ? {} : { prediction: item.prediction as PlanPrediction };
      return {
        state: item.state as PlanState,
        version: item.version as number,
        ...noted,
        events: eventsOf<PlanEvent>(items),
      };
    },

    listPlans: async (request) => slice(await children(keys.ALL_PLANS, false, request), statesAt<PlanState>),

    async loadTicket(ticketId) {
      const items = await queryPartition(table, keys.ticketKey(ticketId));
      const state = items.find(({ sk }) => sk === keys.STATE);
      if (state === undefined) return undefined;
      const [entry] = entryOf(
        state,
        items.find(({ sk }) => sk === keys.eventSort(1)),
      );
      return entry && { ...entry, events: eventsOf<TicketEvent>(items) };
    },

    loadTicketEvents: async (ticketId) => eventsOf(await queryPartition(table, keys.ticketKey(ticketId))),

    async loadTicketSpecs(ticketIds) {
      return (await getItems(table, createdKeys(ticketIds.map(keys.ticketKey)))).flatMap(specOf);
    },

    async loadTicketHeads(ticketIds) {
      const items = await getItems(table, stateKeys(ticketIds.map(keys.ticketKey)), HEAD);
      return items.map(({ pk, version, state }) => {
        const { phase, compensates } = state as { phase: PhaseName; compensates?: string };
        const ticket_id = pk.slice(keys.ticketKey('').length);
        return { ticket_id, version: version as number, phase, ...(compensates === undefined ? {} : { compensates }) };
      });
    },

    listTickets: async (planId, request) => slice(await children(keys.planKey(planId), true, request), loadEntries),

    async listTicketIds(planId) {
      const { pks } = await children(keys.planKey(planId), true);
      return pks.map((pk) => pk.slice(keys.ticketKey('').length));
    },

    async loadEvents(refs, members) {
      const items = await getItems(
        table,
        refs.map(({ aggregate, version }) => ({ pk: aggregate, sk: keys.eventSort(version) })),
        eventParts(members),
      );
      return items.map(({ record }) => record as PartOfEvent);
    },

    loadAgent: (agentId) => agents.load(agentId),

    async listAgents(capability, { limit, after }) {
      const listed = (await queryPartition(table, keys.capabilityKey(capability), limit, after)).map(({ sk }) => sk);
      const found = await Promise.all(listed.map((id) => agents.load(id)));
      const there = found.filter((agent): agent is AgentRecord => agent !== undefined && agent.status !== 'removed');
      const items = there.filter(({ capabilities }) => capability === '*' || capabilities.includes(capability));
      const last = listed.at(-1);
      return { items, ...(listed.length >= limit && last !== undefined ? { next: last } : {}) };
    },

    async loadIncident(incidentId) {
      const item = await getItem(table, keys.incidentKey(incidentId), keys.STATE);
      return item && (item.state as IncidentState);
    },

    listIncidents: async (request) =>
      slice(await children(keys.ALL_INCIDENTS, false, request), statesAt<IncidentState>),
  };
}

const eventsOf = <E extends { type: string }>(items: readonly Item[]): Recorded<E>[] =>
  items.filter(({ kind }) => kind === 'event').map(({ record }) => record as Recorded<E>);

function specOf(item: Item): TicketSpec[] {
  const { event } = item.record as Recorded<TicketEvent>;
  return event.type === 'TicketCreated' ? [event.spec] : [];
}

function entryOf(state: Item, created: Item | undefined): TicketEntry[] {
  const touched = typeof state.touched_at === 'number' ? { touched_at: state.touched_at } : {};
  return (created === undefined ? [] : specOf(created)).map((spec) => ({
    spec,
    state: state.state as TicketState,
    version: state.version as number,
    ...touched,
  }));
}

/** As they were asked for; those that are not there are left out. */
function inOrder(pks: readonly string[], items: readonly Item[]): Item[] {
  const byKey = new Map(items.map((item) => [item.pk, item]));
  return pks.flatMap((pk) => byKey.get(pk) ?? []);
}
