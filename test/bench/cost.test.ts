/** The arithmetic of the cost bench: what a request bills. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { basisOf, byBasis, serviceOf, sumsBy, total } from '../../bench/cost/account.ts';
import { createDynamoDb } from '../../bench/cost/cloud/dynamodb.ts';
import { meets } from '../../bench/cost/cloud/event-sources.ts';
import { parseCondition } from '../../bench/cost/cloud/expression-reader.ts';
import { holds, update } from '../../bench/cost/cloud/expressions.ts';
import { intercept } from '../../bench/cost/cloud/intercept.ts';
import { createTable } from '../../bench/cost/cloud/table.ts';
import { createMeter, dollarsOf } from '../../bench/cost/meter.ts';
import { createSimulatedTime } from '../../bench/cost/simulated-time.ts';
import { chunksOf64Kb, gbSeconds, itemBytes, readUnits, writeUnits } from '../../bench/cost/units.ts';

const INDEX = { name: 'by_parent', partition: 'parent', sort: 'parent_sort' };

function database() {
  const meter = createMeter();
  const table = createTable(INDEX, () => {});
  const answers = createDynamoDb(table, INDEX, meter);
  const send = (command: string, input: Record<string, unknown>) => answers[command]?.(input);
  /** units of all charges that `work` makes */
  function unitsOf(work: () => void): number {
    const sum = () => meter.entries().reduce((all, { units }) => all + units, 0);
    const before = sum();
    meter.by('test', work);
    return sum() - before;
  }
  const put = (item: Record<string, unknown>, more = {}) => ({
    Put: { TableName: 't', Item: marshall(item), ...more },
  });
  return { send, unitsOf, put };
}

const text = (bytes: number): string => 'x'.repeat(bytes);

describe('billed units', () => {
  it('count each kilobyte begun of a write, the larger of before and after, twice in a transaction', () => {
    expect(writeUnits(0, 1024, false)).toBe(1);
    expect(writeUnits(0, 1025, false)).toBe(2);
    expect(writeUnits(3000, 10, false)).toBe(3);
    expect(writeUnits(0, 1025, true)).toBe(4);
    expect(writeUnits(0, 0, true)).toBe(2);
  });

  it('count each four kilobytes begun of a read, half as much when it is eventually consistent', () => {
    expect(readUnits(0, true)).toBe(1);
    expect(readUnits(4097, true)).toBe(2);
    expect(readUnits(4097, false)).toBe(1);
  });

  it('count messages and events by 64 KB begun, and memory by whole milliseconds', () => {
    expect(chunksOf64Kb(64 * 1024)).toBe(1);
    expect(chunksOf64Kb(64 * 1024 + 1)).toBe(2);
    expect(gbSeconds(512, 999.2)).toBe(0.5);
  });

  it('count an item by its names and values as the developer guide does', () => {
    expect(itemBytes({ pk: 'aé' })).toBe(2 + 3);
    expect(itemBytes({ n: 1234 })).toBe(1 + 1 + 2);
    expect(itemBytes({ m: { a: true } })).toBe(1 + 3 + 1 + 1 + 1);
    expect(itemBytes({ l: ['ab', null] })).toBe(1 + 3 + (1 + 2) + (1 + 1));
  });
});

describe('DynamoDB as it is metered', () => {
  it('bills a transaction twice for the items, and once for an entry of the index that is new', () => {
    const { send, unitsOf, put } = database();
    const state = { pk: 'TICKET#1', sk: 'STATE', parent: 'PLAN#1', parent_sort: 'TICKET#1' };
    const event = { pk: 'TICKET#1', sk: 'EVENT#1', text: text(1500) };
    const commit = () => send('TransactWriteItemsCommand', { TransactItems: [put(event), put(state)] });
    expect(unitsOf(commit)).toBe(4 + 2 + 1);
    expect(unitsOf(commit)).toBe(4 + 2);
  });

  it('bills a refused transaction too, and writes nothing of it', () => {
    const { send, unitsOf, put } = database();
    const one = { pk: 'A', sk: 'A' };
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    unitsOf(() => send('PutItemCommand', put(one).Put));
    const commit = () =>
      send('TransactWriteItemsCommand', { TransactItems: [put(one, isNew), put({ pk: 'B', sk: 'B' })] });
    expect(unitsOf(() => expect(commit).toThrow('Transaction cancelled'))).toBe(4);
    const key = { Key: marshall({ pk: 'B', sk: 'B' }), ConsistentRead: true };
    expect(unitsOf(() => expect(send('GetItemCommand', key)).toEqual({}))).toBe(1);
  });

  it('bills a query for all that it reads together, and an index for its keys alone', () => {
    const { send, unitsOf, put } = database();
    for (const sk of ['1', '2', '3'])
      unitsOf(() => send('PutItemCommand', put({ pk: 'P', sk, parent: 'Q', parent_sort: sk, text: text(2000) }).Put));
    const byKey = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: marshall({ ':pk': 'P' }) };
    expect(unitsOf(() => send('QueryCommand', { ...byKey, ConsistentRead: true }))).toBe(2);
    expect(unitsOf(() => send('QueryCommand', { ...byKey, Limit: 1, ConsistentRead: true }))).toBe(1);
    const byParent = {
      IndexName: 'by_parent',
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': 'parent' },
      ExpressionAttributeValues: marshall({ ':p': 'Q' }),
    };
    expect(unitsOf(() => send('QueryCommand', byParent))).toBe(0.5);
  });
});

describe('expressions', () => {
  const item = { version: 3, held: { a: { n: 1 } }, status: 'active', tags: new Set(['x']) };
  const meetsCondition = (condition: string, values = {}, names = {}) =>
    holds(parseCondition(condition, names), item, values);

  it('are read with their precedence, functions, names and places inside', () => {
    expect(meetsCondition('version = :v AND size(held) < :n', { ':v': 3, ':n': 2 })).toBe(true);
    expect(meetsCondition('version = :v OR version = :w AND attribute_exists(nothing)', { ':v': 3, ':w': 3 })).toBe(
      true,
    );
    expect(meetsCondition('NOT (#s = :s)', { ':s': 'active' }, { '#s': 'status' })).toBe(false);
    expect(meetsCondition('attribute_not_exists(held.b) AND version BETWEEN :a AND :b', { ':a': 1, ':b': 3 })).toBe(
      true,
    );
    expect(meetsCondition('nothing < :n', { ':n': 1 })).toBe(false);
  });

  it('update all that they name from what was there before', () => {
    const text =
      'SET version = version + :one, was = version, held.b = :held REMOVE held.a ADD hits :one DELETE tags :x';
    const values = { ':one': 1, ':held': { n: 2 }, ':x': new Set(['x']) };
    expect(update(text, item, { values })).toEqual({
      version: 4,
      was: 3,
      held: { b: { n: 2 } },
      status: 'active',
      hits: 1,
    });
    expect(item.version).toBe(3);
  });

  it('add integers of any size exactly', () => {
    const item = update('ADD a :n, b :n', { a: 10n ** 30n, b: 1 }, { values: { ':n': 10n ** 30n + 1n } });
    expect(item).toEqual({ a: 2n * 10n ** 30n + 1n, b: 10n ** 30n + 2n });
    expect(update('ADD a :n', {}, { values: { ':n': 7n } })).toEqual({ a: 7n });
  });

  it('that are not known are refused, not passed over', () => {
    expect(() => parseCondition('version ~ :v')).toThrow('cannot be read');
    expect(() => meetsCondition('attribute_type(version, :t)', { ':t': 'N' })).toThrow('attribute_type is not known');
  });
});

describe('the meter', () => {
  it('sums what is alike, by who caused it', async () => {
    const meter = createMeter();
    const once = () => meter.charge({ request: 'PutEvents X', price: 'eventbridge_event', units: 1 });
    await meter.as('function', async () => {
      once();
      await null;
      meter.by('machine', once);
      once();
    });
    expect(meter.entries().map(({ cause, units }) => [cause, units])).toEqual([
      ['function', 2],
      ['machine', 1],
    ]);
  });

  it('refuses a charge that nobody has caused', () => {
    const orphan = () => createMeter().charge({ request: 'x', price: 'sqs_fifo', units: 1 });
    expect(orphan).toThrow('nobody is known to have caused this');
  });

  it('makes dollars a million tickets of it', () => {
    const entry = {
      cause: 'plan machine',
      request: 'states',
      price: 'step_functions_transition',
      requests: 0,
      units: 266,
    } as const;
    expect(dollarsOf(entry)).toBeCloseTo(0.00665, 10);
    const [sum] = sumsBy(serviceOf, [entry], 246);
    expect(sum).toEqual({ name: 'Step Functions', requests: 0, usd: expect.closeTo(27.0325, 4) });
    expect(total([sum, sum].flatMap((one) => one ?? [])).usd).toBeCloseTo(54.065, 3);
  });

  it('tells what goes by tickets from what goes by time', () => {
    expect(basisOf({ cause: 'claim-ticket', request: 'call' })).toBe('ticket');
    expect(basisOf({ cause: 'heartbeat-agent', request: 'call' })).toBe('agent hour');
    expect(basisOf({ cause: 'heartbeat-agent', request: 'UpdateItem TICKET' })).toBe('running ticket hour');
  });

  it('divides looks at tickets into the last one of each and those that go by its time', () => {
    const sent = {
      cause: 'fire-timers',
      request: 'SendMessage timers',
      price: 'sqs_standard',
      requests: 30,
      units: 30,
    } as const;
    const called = {
      cause: 'fire-timers',
      request: 'Invoke',
      price: 'lambda_request',
      requests: 20,
      units: 20,
    } as const;
    const divided = byBasis([sent, called], 10);
    expect(divided.ticket.map(({ units }) => units)).toEqual([0, 5]);
    expect(divided['running ticket hour'].map(({ units }) => units)).toEqual([30, 15]);
    expect(byBasis([called], 10).ticket.map(({ units }) => units)).toEqual([20]);
  });
});

describe('the simulation', () => {
  let release = () => {};
  afterEach(() => release());

  it('fails at a request that nobody meters', async () => {
    release = intercept({ DynamoDBClient: {} });
    const client = new DynamoDBClient({ region: 'us-east-1' });
    const sent = client.send(new PutItemCommand({ TableName: 't', Item: {} }));
    await expect(sent).rejects.toThrow('PutItemCommand of DynamoDBClient is not metered');
  });

  it('does what is due in order of time, and ends when only the background is left', async () => {
    const time = createSimulatedTime(1000);
    const done: string[] = [];
    const beat = () => {
      done.push(`beat ${time.now()}`);
      time.inBackground(time.now() + 10, beat);
    };
    time.inBackground(1005, beat);
    time.at(1020, () => done.push('last'));
    time.at(1000, () => time.at(900, () => done.push('not before now')));
    await time.run();
    expect(done).toEqual(['not before now', 'beat 1005', 'beat 1015', 'last']);
  });

  it("filters stream records by the stack's patterns", () => {
    const pattern = { eventName: ['INSERT'], dynamodb: { NewImage: { kind: { S: ['event'] } } } };
    expect(meets({ eventName: 'INSERT', dynamodb: { NewImage: { kind: { S: 'event' } } } }, pattern)).toBe(true);
    expect(meets({ eventName: 'MODIFY', dynamodb: { NewImage: { kind: { S: 'event' } } } }, pattern)).toBe(false);
    expect(meets({ eventName: 'INSERT', dynamodb: {} }, pattern)).toBe(false);
    expect(() => meets('a', [{ prefix: 'a' }])).toThrow('not known here');
  });
});
