/** DynamoDB, as far as the adapters use it: keeps the items and charges each command what AWS would. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Meter } from '../meter.ts';
import { itemBytes, readUnits } from '../units.ts';
import { type Condition, parseCondition } from './expression-reader.ts';
import { holds, type Item, update } from './expressions.ts';
import type { Answers } from './intercept.ts';
import type { Index, Table } from './table.ts';

type Wire = Record<string, AttributeValue>;

/** What a Put, an Update, a Delete and a ConditionCheck have in common. */
interface WireWrite {
  Key?: Wire;
  Item?: Wire;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Wire;
}
interface Planned {
  readonly key: Item;
  readonly write: WireWrite;
  readonly checkOnly: boolean;
  /** what it makes of the item */
  readonly change: (before: Item | undefined) => Item | undefined;
}

const plain = (wire: Wire | undefined): Item => (wire === undefined ? {} : unmarshall(wire));

function planned(kind: string, write: WireWrite): Planned {
  const item = plain(write.Item);
  const key = kind === 'Put' ? { pk: item.pk, sk: item.sk } : plain(write.Key);
  const change = (before: Item | undefined): Item | undefined => {
    if (kind === 'Put') return item;
    if (kind === 'Delete') return undefined;
    const values = plain(write.ExpressionAttributeValues);
    return update(write.UpdateExpression ?? '', before ?? key, { names: write.ExpressionAttributeNames, values });
  };
  return { key, write, checkOnly: kind === 'ConditionCheck', change };
}

function meets({ write }: Planned, before: Item | undefined): boolean {
  if (write.ConditionExpression === undefined) return true;
  const condition = parseCondition(write.ConditionExpression, write.ExpressionAttributeNames);
  return holds(condition, before, plain(write.ExpressionAttributeValues));
}

/** The value that a key condition asks the partition key to have. */
function partitionAsked(condition: Condition, name: string, values: Item): string {
  const parts = condition.kind === 'and' ? condition.parts : [condition];
  for (const part of parts)
    if (part.kind === 'compare' && part.operator === '=') {
      const [left, right] = part.operands;
      if (left?.kind === 'path' && left.path[0] === name && right?.kind === 'value') return String(values[right.name]);
    }
  throw new Error(`a query must name its ${name}`);
}

/** What a commit is about: its events, or what it does where it has none. */
function nameOf(writes: readonly [string, WireWrite][]): string {
  const types = writes.flatMap(([, { Item }]) => (Item?.event_type?.S === undefined ? [] : [Item.event_type.S]));
  return [...new Set(types)].sort().join('+') || [...new Set(writes.map(([kind]) => kind))].join('+');
}

const kindOfKey = (pk: unknown): string => String(pk).split('#')[0] as string;

export function createDynamoDb(table: Table, index: Index, meter: Meter): Answers {
  const write = (request: string, units: number, requests = 1) =>
    meter.charge({ request, price: 'dynamodb_write', units, requests });
  const read = (request: string, units: number) => meter.charge({ request, price: 'dynamodb_read', units });

  function writeOne(
    command: string,
    kind: string,
    input: WireWrite,
  ): { before: Item | undefined; after?: Item | undefined } {
    const one = planned(kind, input);
    const before = table.get(one.key);
    const request = `${command} ${kindOfKey(one.key.pk)}${input.UpdateExpression?.includes('settled') ? ' settled' : ''}`;
    if (!meets(one, before)) {
      write(request, Math.max(1, Math.ceil((before ? itemBytes(before) : 0) / 1024)));
      throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
    }
    const after = one.change(before);
    write(request, table.put(one.key, after, false));
    return { before, after };
  }

  function attributes(
    returnValues: unknown,
    { before, after }: { before: Item | undefined; after?: Item | undefined },
  ) {
    const shown = returnValues === 'ALL_OLD' ? before : returnValues === 'ALL_NEW' ? after : undefined;
    return shown === undefined ? {} : { Attributes: marshall(shown, { removeUndefinedValues: true }) };
  }

  return {
    TransactWriteItemsCommand(input) {
      const writes = (input.TransactItems as Record<string, WireWrite>[]).map(
        (item) => Object.entries(item)[0] as [string, WireWrite],
      );
      const request = `TransactWriteItems ${nameOf(writes)}`;
      const all = writes.map(([kind, one]) => planned(kind, one));
      const failed = all.map((one) => !meets(one, table.get(one.key)));
      if (failed.includes(true)) {
        // Refused, it is paid all the same, as if each item had been written as it is.
        write(
          request,
          all.reduce((sum, one) => sum + 2 * Math.ceil(itemBytes(table.get(one.key) ?? one.key) / 1024), 0),
        );
        throw new TransactionCanceledException({
          $metadata: {},
          message: 'Transaction cancelled',
          CancellationReasons: failed.map((is) => ({ Code: is ? 'ConditionalCheckFailed' : 'None' })),
        });
      }
      const units = all.map((one) => {
        const before = table.get(one.key);
        if (!one.checkOnly) return table.put(one.key, one.change(before), true);
        read(request, 2 * readUnits(before ? itemBytes(before) : 0, true));
        return 0;
      });
      write(
        request,
        units.reduce((sum, one) => sum + one, 0),
      );
      return {};
    },

    UpdateItemCommand: (input) => attributes(input.ReturnValues, writeOne('UpdateItem', 'Update', input as WireWrite)),
    PutItemCommand: (input) => attributes(input.ReturnValues, writeOne('PutItem', 'Put', input as WireWrite)),
    DeleteItemCommand: (input) => attributes(input.ReturnValues, writeOne('DeleteItem', 'Delete', input as WireWrite)),

    BatchWriteItemCommand(input) {
      for (const requests of Object.values(input.RequestItems as Record<string, { DeleteRequest: { Key: Wire } }[]>)) {
        const keys = requests.map(({ DeleteRequest }) => plain(DeleteRequest.Key));
        const units = keys.reduce((sum, key) => sum + table.put(key, undefined, false), 0);
        write(`BatchWriteItem ${kindOfKey(keys[0]?.pk)}`, units);
      }
      return { UnprocessedItems: {} };
    },

    GetItemCommand(input) {
      const key = plain(input.Key as Wire);
      const item = table.get(key);
      read(`GetItem ${kindOfKey(key.pk)}`, readUnits(item ? itemBytes(item) : 0, input.ConsistentRead === true));
      return item === undefined ? {} : { Item: marshall(item) };
    },

    BatchGetItemCommand(input) {
      const asked = Object.entries(input.RequestItems as Record<string, { Keys: Wire[]; ConsistentRead?: boolean }>);
      const answers = asked.map(([name, { Keys, ConsistentRead }]) => {
        const keys = Keys.map(plain);
        const items = keys.map((key) => table.get(key));
        const units = items.map((item) => readUnits(item ? itemBytes(item) : 0, ConsistentRead === true));
        read(
          `BatchGetItem ${kindOfKey(keys[0]?.pk)}`,
          units.reduce((sum, one) => sum + one, 0),
        );
        return [name, items.flatMap((item) => (item === undefined ? [] : [marshall(item)]))];
      });
      return { Responses: Object.fromEntries(answers) };
    },

    QueryCommand(input) {
      const values = plain(input.ExpressionAttributeValues as Wire);
      const names = input.ExpressionAttributeNames as Record<string, string> | undefined;
      const condition = parseCondition(String(input.KeyConditionExpression), names);
      if (input.FilterExpression !== undefined) throw new Error('a FilterExpression is not known here');
      const byIndex = input.IndexName === index.name;
      const partition = partitionAsked(condition, byIndex ? index.partition : 'pk', values);
      let found = table.partition(partition, byIndex).filter((item) => holds(condition, item, values));
      if (input.ScanIndexForward === false) found.reverse();
      const limit = input.Limit as number | undefined;
      const more = limit !== undefined && found.length > limit;
      if (input.ExclusiveStartKey !== undefined) throw new Error('pages of a query are not known here');
      found = found.slice(0, limit);
      // The index projects keys alone.
      const keys = [...new Set(['pk', 'sk', index.partition, index.sort])];
      const seen = byIndex ? found.map((item) => Object.fromEntries(keys.map((key) => [key, item[key]]))) : found;
      const bytes = seen.reduce((sum, item) => sum + itemBytes(item), 0);
      read(
        `Query ${kindOfKey(partition)}${byIndex ? ' by parent' : ''}`,
        readUnits(bytes, input.ConsistentRead === true),
      );
      const last = seen.at(-1);
      return {
        Items: seen.map((item) => marshall(item)),
        ...(more && last ? { LastEvaluatedKey: marshall({ pk: last.pk, sk: last.sk }) } : {}),
      };
    },
  };
}
