/** From the ledger's writes to DynamoDB's transaction items. Conditions have names, and each says what it protects. */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { IncidentState } from '../../core/incident/incident.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { Write } from '../../core/ports/ledger.ts';
import type { HealthState } from '../../core/swarm/health/state.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import { type Deposit, expiresAtS } from '../../core/trail/deposit.ts';
import { SUM_NAMES } from '../../core/trail/sums.ts';
import * as keys from './keys.ts';
import { toItem } from './table.ts';

/** No event is ever overwritten. */
const IS_NEW = 'attribute_not_exists(pk)';
/** Nobody has written since the state was read. */
const VERSION_IS = 'version = :expected';
/** The agent takes work, has a slot free, and does not have this ticket already. */
const SLOT_IS_FREE =
  '#status = :active AND attribute_not_exists(standing.draining) AND attribute_not_exists(standing.quarantined) AND size(held) < #capacity AND attribute_not_exists(held.#ticket)';
/** The agent has registered. */
const IS_THERE = 'attribute_exists(pk)';
/** Nobody waits for the agent, and it has not been heard of since. */
const HAS_GONE = 'attribute_exists(pk) AND size(held) = :none AND heartbeat_at = :heard';

/** It is theirs, whose it is said to be. */
const IS_THEIRS = '#owner = :was';
/** It is nobody's yet. */
const IS_NOBODYS = 'attribute_not_exists(#owner)';

type Append = Extract<Write, { records: readonly Recorded[] }>;

/** Each write is one or more items of the transaction. */
export function itemsOf(table: string, write: Write): TransactWriteItem[] {
  switch (write.kind) {
    case 'append_ticket':
      return [...eventsOf(table, write), stateOf(table, write, ticketPlace(write.state))];
    case 'append_plan':
      return [...eventsOf(table, write), stateOf(table, write, planPlace(write.state))];
    case 'append_incident':
      return [...eventsOf(table, write), stateOf(table, write, incidentPlace(write.state))];
    case 'append_strategy':
      return [...eventsOf(table, write), stateOf(table, write, { pk: keys.STRATEGY_KEY })];
    case 'append':
      return [...eventsOf(table, write), stateOf(table, write, otherPlace(write))];
    case 'append_health':
      return [...eventsOf(table, write), stateOf(table, write, healthPlace(write.state)), standingOf(table, write)];
    case 'plan_at':
      return [
        {
          ConditionCheck: {
            TableName: table,
            Key: toItem({ pk: keys.planKey(write.plan_id), sk: keys.STATE }),
            ConditionExpression: VERSION_IS,
            ExpressionAttributeValues: marshall({ ':expected': write.version }),
          },
        },
      ];
    case 'append_rejection':
      return eventsOf(table, write);
    case 'enqueue': {
      const { pool, key } = write.entry;
      return [
        {
          Put: {
            TableName: table,
            Item: toItem({ pk: keys.poolKey(pool), sk: key, kind: 'waiting', entry: write.entry }),
          },
        },
      ];
    }
    case 'dequeue': {
      const { pool, key } = write.entry;
      return [{ Delete: { TableName: table, Key: toItem({ pk: keys.poolKey(pool), sk: key }) } }];
    }
    case 'hold_slot': {
      const { kind: _, agent_id, ticket_id, ...held } = write;
      return [
        {
          Update: {
            TableName: table,
            Key: toItem({ pk: keys.agentKey(agent_id), sk: keys.STATE }),
            UpdateExpression: 'SET held.#ticket = :held',
            ConditionExpression: SLOT_IS_FREE,
            ExpressionAttributeNames: { '#ticket': ticket_id, '#status': 'status', '#capacity': 'capacity' },
            ExpressionAttributeValues: marshall({ ':held': held, ':active': 'active' }),
          },
        },
      ];
    }
    case 'free_slot': {
      const { agent_id, ticket_id, attempt_was } = write;
      const remove = attempt_was === 'answered' ? 'REMOVE held.#ticket, lost_in_a_row' : 'REMOVE held.#ticket';
      const lost = attempt_was === 'lost';
      return [
        {
          Update: {
            TableName: table,
            Key: toItem({ pk: keys.agentKey(agent_id), sk: keys.STATE }),
            UpdateExpression: lost ? `${remove} ADD lost_in_a_row :one` : remove,
            ExpressionAttributeNames: { '#ticket': ticket_id },
            ...(lost && { ExpressionAttributeValues: marshall({ ':one': 1 }) }),
          },
        },
      ];
    }
    case 'deposit_trail':
      return [depositOn(table, write.deposit)];
  }
}

/** Adding needs no read and no condition. With names of usual length the item is below 1 KB: two write units in a transaction. */
function depositOn(table: string, { pool, epoch, agent_id, task_type, sums }: Deposit): TransactWriteItem {
  const told = { kind: 'trail', agent_id, task_type, [keys.EXPIRES_AT]: expiresAtS(epoch) };
  return {
    Update: {
      TableName: table,
      Key: toItem({ pk: keys.trailKey(pool, epoch), sk: keys.trailSort(agent_id, task_type) }),
      UpdateExpression: `SET ${Object.keys(told)
        .map((name) => `${name} = :${name}`)
        .join(', ')} ADD ${SUM_NAMES.map((name) => `${name} :${name}`).join(', ')}`,
      ExpressionAttributeValues: {
        ...marshall(Object.fromEntries(Object.entries(told).map(([name, value]) => [`:${name}`, value]))),
        ...Object.fromEntries(SUM_NAMES.map((name) => [`:${name}`, { N: String(sums[name]) }])),
      },
    },
  };
}

/** `parent` and `parent_sort`: what it is listed under, if anything. */
interface Place {
  pk: string;
  parent?: string;
  parent_sort?: string;
}

const ticketPlace = (state: TicketState): Place => ({
  pk: keys.ticketKey(state.ticket_id),
  parent: keys.planKey(state.plan_id),
  parent_sort: keys.ticketKey(state.ticket_id),
});

const planPlace = (state: PlanState): Place => ({
  pk: keys.planKey(state.plan_id),
  parent: keys.ALL_PLANS,
  parent_sort: keys.timeSort(state.received_at, state.plan_id),
});

const incidentPlace = (state: IncidentState): Place => ({
  pk: keys.incidentKey(state.incident_id),
  parent: keys.ALL_INCIDENTS,
  parent_sort: keys.timeSort(state.created_at, state.incident_id),
});

const otherPlace = ({ records: [first], listed }: Extract<Write, { kind: 'append' }>): Place => ({
  pk: first?.aggregate ?? '',
  ...(listed && { parent: listed.under, parent_sort: listed.by }),
});

/** It is found by its agent alone. */
const healthPlace = ({ agent_id }: HealthState): Place => ({ pk: keys.healthKey(agent_id) });

/** What rounds read of an agent's health lies on its item, beside whose it is. */
function standingOf(table: string, write: Extract<Write, { kind: 'append_health' }>): TransactWriteItem {
  const { state, leaves, owner } = write;
  const { was, is, given_up_by } = owner ?? {};
  const sets = [
    'standing = :state',
    ...(leaves ? ['#status = :removed'] : []),
    ...(is ? ['#owner = :is'] : []),
    ...(given_up_by ? ['given_up_by = :given_up_by'] : []),
  ];
  const removes = owner ? [...(is ? [] : ['#owner']), ...(given_up_by ? [] : ['given_up_by'])] : [];
  const conditions = [leaves ? HAS_GONE : IS_THERE, ...(owner ? [was ? IS_THEIRS : IS_NOBODYS] : [])];
  const names = { ...(leaves && { '#status': 'status' }), ...(owner && { '#owner': 'owner' }) };
  return {
    Update: {
      TableName: table,
      Key: toItem({ pk: keys.agentKey(state.agent_id), sk: keys.STATE }),
      UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
      ConditionExpression: conditions.join(' AND '),
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: toItem({
        ':state': state,
        ...(leaves && { ':removed': 'removed', ':none': 0, ':heard': leaves.last_heard_at }),
        ...(was && { ':was': was }),
        ...(is && { ':is': is }),
        ...(given_up_by && { ':given_up_by': given_up_by }),
      }) as Record<string, AttributeValue>,
    },
  };
}

function eventsOf(table: string, { records }: Append): TransactWriteItem[] {
  return records.map((record) => ({
    Put: {
      TableName: table,
      Item: toItem({
        pk: record.aggregate,
        sk: keys.eventSort(record.version),
        kind: 'event',
        event_type: record.event.type,
        record,
      }),
      ConditionExpression: IS_NEW,
    },
  }));
}

function stateOf(table: string, { records, state }: Append & { state: unknown }, place: Place): TransactWriteItem {
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('an append has at least one event');
  const expected = first.version - 1;
  const { pk, ...rest } = place;
  const Key = toItem({ pk, sk: keys.STATE });
  const members = toItem({ ...rest, kind: 'state', version: last.version, hash: last.hash, state });
  if (expected === 0) return { Put: { TableName: table, Item: { ...Key, ...members }, ConditionExpression: IS_NEW } };
  // What is noted beside the events stays, but that all which followed from an end was done.
  const names = Object.keys(members);
  return {
    Update: {
      TableName: table,
      Key,
      UpdateExpression: `SET ${names.map((_, at) => `#m${at} = :m${at}`).join(', ')} REMOVE settled_at`,
      ConditionExpression: VERSION_IS,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#m${at}`, name])),
      ExpressionAttributeValues: {
        ...marshall({ ':expected': expected }),
        ...Object.fromEntries(names.map((name, at) => [`:m${at}`, members[name] as AttributeValue])),
      },
    },
  };
}
