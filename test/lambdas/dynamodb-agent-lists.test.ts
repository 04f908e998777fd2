/** An agent that registers while it is taken off lists: the one race of the registry that its contract cannot stage. */
import {
  DeleteItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createTable, toItem } from '../../adapters/dynamodb/table.ts';
import { agent } from '../support/agents.ts';

/** A table where `before` is the agent's item, and somebody else has written it again by the time of a transaction. */
function contended(before: Record<string, unknown>) {
  const table = createTable('t', { region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  const sent: unknown[] = [];
  table.client.send = (async (command: unknown) => {
    sent.push(command);
    if (command instanceof UpdateItemCommand) return { Attributes: toItem(before) };
    if (command instanceof TransactWriteItemsCommand)
      throw new TransactionCanceledException({
        message: 'cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
      });
    return {};
  }) as never;
  const transaction = () => sent.find((command) => command instanceof TransactWriteItemsCommand)?.input.TransactItems;
  return { registry: createDynamoAgentRegistry(table), sent, transaction };
}
const said = agent('a', { capabilities: ['build', 'test'] });
const item = { ...said, held: {}, pk: 'AGENT#a', sk: 'STATE' };

it('takes a removed agent off lists only if it is removed still', async () => {
  const { registry, sent, transaction } = contended(item);
  expect(await registry.remove('a', 1)).toMatchObject({ status: 'removed' });
  expect(sent.some((command) => command instanceof DeleteItemCommand)).toBe(false);
  expect(transaction()?.[0]?.ConditionCheck).toMatchObject({
    Key: { pk: { S: 'AGENT#a' }, sk: { S: 'STATE' } },
    ExpressionAttributeNames: { '#attribute': 'status' },
    ExpressionAttributeValues: { ':still': { S: 'removed' } },
  });
  expect(transaction()?.flatMap(({ Delete }) => Delete?.Key?.pk?.S ?? [])).toEqual([
    'CAPABILITY#*',
    'CAPABILITY#build',
    'CAPABILITY#test',
  ]);
});

it('takes an agent off the list of a capability it gave up only if it is without it still', async () => {
  const { registry, sent, transaction } = contended(item);
  await registry.register({ ...said, capabilities: ['test'] });
  expect(sent.some((command) => command instanceof DeleteItemCommand)).toBe(false);
  expect(transaction()?.[0]?.ConditionCheck?.ExpressionAttributeValues).toEqual(toItem({ ':still': ['test'] }));
  expect(transaction()?.flatMap(({ Delete }) => Delete?.Key?.pk?.S ?? [])).toEqual(['CAPABILITY#build']);
});
