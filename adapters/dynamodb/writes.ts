/** From the ledger's writes to DynamoDB's transaction items. Conditions have names, and each says what it protects. */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { IncidentState } from '../../core/incident/incident.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { Write } from '../../core/ports/ledger.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import * as keys from './keys.ts';
import { toItem } from './table.ts';

/** No event is ever overwritten. */
const IS_NEW = 'attribute_not_exists(pk)';
/** Nobody has written since the state was read. */
const VERSION_IS = 'version = :expected';
/** The agent takes work, has a slot free, and does not have this ticket already. */
const SLOT_IS_FREE = '#status = :active AND size(held) < #capacity AND attribute_not_exists(held.#ticket)';

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
      const { agent_id, ticket_id, plan_id, task_id, attempt } = write;
      return [
        {
          Update: {
            TableName: table,
            Key: toItem({ pk: keys.agentKey(agent_id), sk: keys.STATE }),
            UpdateExpression: 'SET held.#ticket = :held',
            ConditionExpression: SLOT_IS_FREE,
            ExpressionAttributeNames: { '#ticket': ticket_id, '#status': 'status', '#capacity': 'capacity' },
            ExpressionAttributeValues: marshall({ ':held': { plan_id, task_id, attempt }, ':active': 'active' }),
          },
        },
      ];
    }
    case 'free_slot':
      return [
        {
          Update: {
            TableName: table,
            Key: toItem({ pk: keys.agentKey(write.agent_id), sk: keys.STATE }),
            UpdateExpression: 'REMOVE held.#ticket',
            ExpressionAttributeNames: { '#ticket': write.ticket_id },
          },
        },
      ];
  }
}

interface Place {
  pk: string;
  parent: string;
  parent_sort: string;
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
