/** The table as plain values in and out; every read by key is strongly consistent. */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
}

export type Item = Record<string, unknown> & { pk: string; sk: string };

export const createTable = (name: string, config: DynamoDBClientConfig = {}): Table => ({
  client: new DynamoDBClient(config),
  name,
});

export const toItem = (value: Record<string, unknown>) =>
  marshall(value, { removeUndefinedValues: true, convertClassInstanceToMap: false });

export async function getItem(table: Table, pk: string, sk: string): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table.name, Key: toItem({ pk, sk }), ConsistentRead: true });
  const { Item } = await table.client.send(command);
  return Item && (unmarshall(Item) as Item);
}

/** All items of a partition in order of their sort key, or the first `limit`. */
export async function queryPartition(table: Table, pk: string, limit?: number): Promise<Item[]> {
  return queryAll(
    table,
    { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: toItem({ ':pk': pk }), ConsistentRead: true },
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

/** DynamoDB's limit for one BatchGetItem. */
const KEYS_PER_BATCH = 100;
const BATCHES_AT_ONCE = 4;

/** Those of the items that exist, in no order. */
export async function getItems(table: Table, keys: readonly { pk: string; sk: string }[]): Promise<Item[]> {
  const batches: { pk: string; sk: string }[][] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_BATCH)
    batches.push(keys.slice(start, start + KEYS_PER_BATCH));
  const found: Item[] = [];
  for (let start = 0; start < batches.length; start += BATCHES_AT_ONCE) {
    const group = batches.slice(start, start + BATCHES_AT_ONCE);
    found.push(...(await Promise.all(group.map((batch) => getBatch(table, batch)))).flat());
  }
  return found;
}

async function getBatch(table: Table, keys: readonly { pk: string; sk: string }[]): Promise<Item[]> {
  const found: Item[] = [];
  let pending = keys.map((key) => toItem(key));
  for (let attempt = 0; pending.length > 0; attempt++) {
    // DynamoDB answers with part of the keys when it is busy or the answer is over 16 MB: ask for the rest, later and later.
    if (attempt > 0)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2000, 25 * 2 ** attempt)));
    const command = new BatchGetItemCommand({
      RequestItems: { [table.name]: { Keys: pending, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await table.client.send(command);
    found.push(...(Responses?.[table.name] ?? []).map((item) => unmarshall(item) as Item));
    pending = UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return found;
}
