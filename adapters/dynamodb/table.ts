/** The table as plain values in and out; every read by key is strongly consistent. */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  type KeysAndAttributes,
  QueryCommand,
  type QueryCommandInput,
  TransactionConflictException,
  type UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { HiveError } from '../../core/errors.ts';
import { CLIENT_CONFIG } from '../aws/client-config.ts';

export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
}

export type Item = Record<string, unknown> & { pk: string; sk: string };

export const createTable = (name: string, config: DynamoDBClientConfig = {}): Table => ({
  client: new DynamoDBClient({ ...CLIENT_CONFIG, ...config }),
  name,
});

export const toItem = (value: Record<string, unknown>) =>
  marshall(value, { removeUndefinedValues: true, convertClassInstanceToMap: false });

export async function getItem(table: Table, pk: string, sk: string): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table.name, Key: toItem({ pk, sk }), ConsistentRead: true });
  const { Item } = await table.client.send(command);
  return Item && (unmarshall(Item) as Item);
}

/** All items of a partition in order of their sort key, or the first `limit` of those behind the sort key `after`. */
export async function queryPartition(table: Table, pk: string, limit?: number, after?: string): Promise<Item[]> {
  return queryAll(
    table,
    {
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':after': after }),
      ConsistentRead: true,
    },
    limit,
  );
}

export async function queryAll(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
  limit?: number,
): Promise<Item[]> {
  const items: Item[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = { TableName: table.name, ...query, ExclusiveStartKey: start };
    const rest = limit === undefined ? page : { ...page, Limit: limit - items.length };
    const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(rest));
    items.push(...Items.map((item) => unmarshall(item) as Item));
    start = LastEvaluatedKey;
  } while (start && (limit === undefined || items.length < limit));
  return items;
}

const CONFLICT_ATTEMPTS = 8;

/**
 * Sends the write of one item. DynamoDB refuses it while a transaction holds the item (TransactionConflictException,
 * which the SDK does not retry): agents live on items that assignments write all the time.
 * @throws HiveError TRY_AGAIN (503) when the item stayed held
 */
export async function writeItem(table: Table, command: UpdateItemCommand): Promise<UpdateItemCommandOutput> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await table.client.send(command);
    } catch (error) {
      if (!(error instanceof TransactionConflictException)) throw error;
      if (attempt === CONFLICT_ATTEMPTS)
        throw new HiveError('TRY_AGAIN', 'Too many writers wanted the same item at once: call again after a wait.', {
          status: 503,
          cause: error,
        });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(400, 10 * 2 ** attempt)));
    }
  }
}

/** DynamoDB's limit for one BatchGetItem. */
const KEYS_PER_BATCH = 100;
const BATCHES_AT_ONCE = 4;

/** Part of an item, as DynamoDB's expressions name it; `pk` and `sk` are to be among it. */
export type Projection = Pick<KeysAndAttributes, 'ProjectionExpression' | 'ExpressionAttributeNames'>;

/** Those of the items that exist, in no order. */
export async function getItems(
  table: Table,
  keys: readonly { pk: string; sk: string }[],
  projection: Projection = {},
): Promise<Item[]> {
  const batches: { pk: string; sk: string }[][] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_BATCH)
    batches.push(keys.slice(start, start + KEYS_PER_BATCH));
  const found: Item[] = [];
  for (let start = 0; start < batches.length; start += BATCHES_AT_ONCE) {
    const group = batches.slice(start, start + BATCHES_AT_ONCE);
    found.push(...(await Promise.all(group.map((batch) => getBatch(table, batch, projection)))).flat());
  }
  return found;
}

async function getBatch(
  table: Table,
  keys: readonly { pk: string; sk: string }[],
  projection: Projection,
): Promise<Item[]> {
  const found: Item[] = [];
  let pending = keys.map((key) => toItem(key));
  for (let attempt = 0; pending.length > 0; attempt++) {
    // DynamoDB answers with part of the keys when it is busy or the answer is over 16 MB: ask for the rest, later and later.
    if (attempt > 0)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2000, 25 * 2 ** attempt)));
    const command = new BatchGetItemCommand({
      RequestItems: { [table.name]: { Keys: pending, ConsistentRead: true, ...projection } },
    });
    const { Responses, UnprocessedKeys } = await table.client.send(command);
    found.push(...(Responses?.[table.name] ?? []).map((item) => unmarshall(item) as Item));
    pending = UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return found;
}
