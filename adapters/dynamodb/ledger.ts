/** The ledger on DynamoDB: one table, events and states side by side, every commit one transaction. */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { HiveError } from '../../core/errors.ts';
import type { IncidentEvent, IncidentRecord, IncidentState } from '../../core/incident/incident.ts';
import type { Aggregate } from '../../core/ledger/aggregate.ts';
import type { DomainEvent, Recorded } from '../../core/ledger/chain.ts';
import { COMMIT_CONFLICT } from '../../core/ledger/retry.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import { planRecord } from '../../core/plan/record.ts';
import type { PlanRecord, PlanState } from '../../core/plan/state.ts';
import { type Ledger, type Listed, MAX_ITEMS_PER_COMMIT, type Standing, type Write } from '../../core/ports/ledger.ts';
import type { StrategyState } from '../../core/schedule/strategy/choice.ts';
import type { HealthState } from '../../core/swarm/health/state.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { ticketRecord } from '../../core/ticket/record.ts';
import type { TicketRecord, TicketState } from '../../core/ticket/state.ts';
import * as keys from './keys.ts';
import { getItem, getItems, type Item, queryAll, queryPartition, type Table, toItem, writeItem } from './table.ts';
import { itemsOf } from './writes.ts';

/** Reasons of a cancelled transaction that reading and deciding again is the answer to, after a wait. */
const PASSING = [
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
];

/** The attempt runs, under this claim of this agent. */
const HOLDS_THE_CLAIM =
  '#state.#phase = :running AND #state.#agent = :agent AND #state.#attempt = :attempt AND #state.#claim = :claim';

export function createDynamoLedger(table: Table): Ledger {
  async function listed<S>(under: string, limit: number, after?: string) {
    const found = await queryParent(table, under, limit, after);
    const places = found.map(({ pk }) => ({ pk, sk: keys.STATE }));
    const states = new Map((await getItems(table, places)).map(({ pk, state }) => [pk, state as S]));
    const items = found.flatMap(({ pk, parent_sort }): Listed<S>[] => {
      const state = states.get(pk);
      return state === undefined ? [] : [{ by: parent_sort as string, state }];
    });
    const last = found.at(-1)?.parent_sort as string | undefined;
    return { items, ...(last !== undefined && found.length >= limit && { next: last }) };
  }

  return {
    async loadTicket(ticketId) {
      return ticketFrom(await queryPartition(table, keys.ticketKey(ticketId)));
    },

    async loadTicketStates(ticketIds) {
      const items = await getItems(
        table,
        ticketIds.map((id) => ({ pk: keys.ticketKey(id), sk: keys.STATE })),
      );
      return items.map((item) => item.state as TicketState);
    },

    async loadPlan(planId) {
      return planFrom(await queryPartition(table, keys.planKey(planId)));
    },

    async loadPlanState(planId) {
      return (await getItem(table, keys.planKey(planId), keys.STATE))?.state as PlanState | undefined;
    },

    async loadRejection(digest) {
      const item = await getItem(table, keys.rejectionKey(digest), keys.eventSort(1));
      return item && (item.record as Recorded);
    },

    async loadIncident(incidentId) {
      return incidentFrom(await queryPartition(table, keys.incidentKey(incidentId)));
    },

    loadHealth: (agentId) => standingAt<HealthState>(table, keys.healthKey(agentId)),

    loadStrategy: () => standingAt<StrategyState>(table, keys.STRATEGY_KEY),

    async loadAggregate<E extends DomainEvent, S>(aggregate: string) {
      const found = aggregateFrom<E, S>(await queryPartition(table, aggregate));
      return found && { head: found.head, state: found.state, records: found.records };
    },

    loadState: <S>(aggregate: string) => standingAt<S>(table, aggregate),

    listStates: async <S>(under: string, limit: number) =>
      (await listed<S>(under, limit)).items.map(({ state }) => state),

    sliceStates: <S>(under: string, { limit, after }: { limit: number; after?: string | undefined }) =>
      listed<S>(under, limit, after),

    async ticketIdsOfPlan(planId) {
      const items = await queryParent(table, keys.planKey(planId));
      return items.map((item) => item.pk.slice(keys.ticketKey('').length));
    },

    async listPlans(limit) {
      const found = await queryParent(table, keys.ALL_PLANS, limit);
      const items = await getItems(
        table,
        found.map(({ pk }) => ({ pk, sk: keys.STATE })),
      );
      return items.map((item) => item.state as PlanState).sort((a, b) => b.received_at - a.received_at);
    },

    commit: (writes) => commit(table, writes),

    async touchTicket(ticketId, claim, at) {
      const command = new UpdateItemCommand({
        TableName: table.name,
        Key: toItem({ pk: keys.ticketKey(ticketId), sk: keys.STATE }),
        UpdateExpression: 'SET touched_at = :at',
        ConditionExpression: HOLDS_THE_CLAIM,
        ExpressionAttributeNames: {
          '#state': 'state',
          '#phase': 'phase',
          '#agent': 'agent_id',
          '#attempt': 'attempt',
          '#claim': 'claim_digest',
        },
        ExpressionAttributeValues: toItem({
          ':at': at,
          ':running': 'running',
          ':agent': claim.agent_id,
          ':attempt': claim.attempt,
          ':claim': claim.claim_digest,
        }),
      });
      return unlessConditionFails(() => writeItem(table, command));
    },

    async markSettled(ticketId, version, at) {
      const command = new UpdateItemCommand({
        TableName: table.name,
        Key: toItem({ pk: keys.ticketKey(ticketId), sk: keys.STATE }),
        UpdateExpression: 'SET settled_at = :at',
        // Something has happened since: that is to be settled too.
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: toItem({ ':at': at, ':version': version }),
      });
      await unlessConditionFails(() => writeItem(table, command));
    },

    async nextLookOf(planId) {
      const item = await getItem(table, keys.planKey(planId), keys.STATE);
      return item?.next_look as number | undefined;
    },

    async noteNextLook(planId, at, prediction) {
      const command = new UpdateItemCommand({
        TableName: table.name,
        Key: toItem({ pk: keys.planKey(planId), sk: keys.STATE }),
        UpdateExpression: `SET next_look = :at${prediction === undefined ? '' : ', prediction = :prediction'}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: toItem({ ':at': at, ':prediction': prediction }),
      });
      await writeItem(table, command);
    },
  };
}

async function standingAt<S>(table: Table, pk: string): Promise<Standing<S> | undefined> {
  const item = await getItem(table, pk, keys.STATE);
  return item && { head: { version: item.version as number, hash: item.hash as string }, state: item.state as S };
}

/** Resolves to whether the condition held. */
async function unlessConditionFails(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function commit(table: Table, writes: readonly Write[]): Promise<void> {
  const items = writes.flatMap((write, index) => itemsOf(table.name, write).map((item) => ({ index, item })));
  if (items.length > MAX_ITEMS_PER_COMMIT)
    throw new RangeError(`a commit of ${items.length} items, at most ${MAX_ITEMS_PER_COMMIT}`);
  try {
    await table.client.send(new TransactWriteItemsCommand({ TransactItems: items.map(({ item }) => item) }));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    const others = reasons.filter((code) => code !== 'None' && !PASSING.includes(code));
    if (others.length > 0 || reasons.length === 0) throw error;
    const failed = items.flatMap(({ index }, at) => (reasons[at] === 'ConditionalCheckFailed' ? [index] : []));
    throw new HiveError(
      COMMIT_CONFLICT,
      'Somebody else wrote first, or the table is busy: read again and decide again.',
      {
        status: 503,
        detail: { failed: [...new Set(failed)] },
        cause: error,
      },
    );
  }
}

/** @param after where the newest first go on, behind what sorts so */
const queryParent = (table: Table, parent: string, limit?: number, after?: string): Promise<Item[]> =>
  queryAll(
    table,
    {
      IndexName: keys.BY_PARENT,
      KeyConditionExpression: `#parent = :parent${after === undefined ? '' : ' AND #sort < :after'}`,
      ExpressionAttributeNames: { '#parent': 'parent', ...(after !== undefined && { '#sort': 'parent_sort' }) },
      ExpressionAttributeValues: toItem({ ':parent': parent, ':after': after }),
      ScanIndexForward: limit === undefined,
    },
    limit,
  );

function aggregateFrom<E extends { type: string }, S>(
  items: readonly Item[],
): (Aggregate<E, S> & { item: Item }) | undefined {
  const item = items.find(({ sk }) => sk === keys.STATE);
  if (item === undefined) return undefined;
  const records = items.filter(({ kind }) => kind === 'event').map(({ record }) => record as Recorded<E>);
  return {
    head: { version: item.version as number, hash: item.hash as string },
    state: item.state as S,
    records,
    item,
  };
}

function ticketFrom(items: readonly Item[]): TicketRecord | undefined {
  const found = aggregateFrom<TicketEvent, TicketState>(items);
  return found && ticketRecord(found, found.item);
}

function planFrom(items: readonly Item[]): PlanRecord | undefined {
  const found = aggregateFrom<PlanEvent, PlanState>(items);
  return found && planRecord(found);
}

function incidentFrom(items: readonly Item[]): IncidentRecord | undefined {
  const found = aggregateFrom<IncidentEvent, IncidentState>(items);
  return found && { head: found.head, state: found.state };
}
