/** Agents on DynamoDB: the agent's own item, and one item for each of its capabilities to find it by. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import { ANY_CAPABILITY } from '../../core/schedule/round.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import * as keys from './keys.ts';
import { getItem, getItems, type Item, queryPartition, type Table, toItem, writeItem } from './table.ts';

/** It was registered and has not left. */
const IS_THERE = 'attribute_exists(pk) AND #status <> :removed';

export function createDynamoAgentRegistry(table: Table): AgentRegistry {
  async function update(
    agentId: string,
    change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
  ): Promise<Item | undefined> {
    const Key = toItem({ pk: keys.agentKey(agentId), sk: keys.STATE });
    try {
      const command = new UpdateItemCommand({ TableName: table.name, Key, ReturnValues: 'ALL_OLD', ...change });
      const { Attributes } = await writeItem(table, command);
      return Attributes && (unmarshall(Attributes) as Item);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  const indexOf = (agentId: string, capabilities: readonly string[]) =>
    [ANY_CAPABILITY, ...capabilities].map((capability) => ({ pk: keys.capabilityKey(capability), sk: agentId }));

  async function unlist(agentId: string, capabilities: readonly string[]): Promise<void> {
    for (const key of indexOf(agentId, capabilities))
      await table.client.send(new DeleteItemCommand({ TableName: table.name, Key: toItem(key) }));
  }

  return {
    async load(agentId) {
      const item = await getItem(table, keys.agentKey(agentId), keys.STATE);
      return item && agentFrom(item);
    },

    async listByCapability(capability) {
      const listed = await queryPartition(table, keys.capabilityKey(capability));
      const items = await getItems(
        table,
        listed.map(({ sk }) => ({ pk: keys.agentKey(sk), sk: keys.STATE })),
      );
      return items
        .map(agentFrom)
        .filter(({ status }) => status !== 'removed')
        .filter(({ capabilities }) => capability === ANY_CAPABILITY || capabilities.includes(capability));
    },

    async register(agent) {
      const { registered_at, ...said } = agent;
      const names = Object.fromEntries(Object.keys(said).map((name) => [`#${name}`, name]));
      const values = Object.fromEntries(Object.entries(said).map(([name, value]) => [`:${name}`, value]));
      const sets = Object.keys(said).map((name) => `#${name} = :${name}`);
      const before = await update(agent.agent_id, {
        UpdateExpression: `SET ${sets.join(', ')}, kind_of_item = :item, held = if_not_exists(held, :none), registered_at = if_not_exists(registered_at, :registered_at)`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: toItem({
          ...values,
          ':item': 'agent',
          ':none': {},
          ':registered_at': registered_at,
        }),
      });
      // Listed after it is written, so that whoever finds it can read it.
      await Promise.all(
        indexOf(agent.agent_id, agent.capabilities).map((key) =>
          table.client.send(
            new PutItemCommand({ TableName: table.name, Item: toItem({ ...key, kind: 'capability' }) }),
          ),
        ),
      );
      const old = before === undefined ? undefined : agentFrom(before);
      const gone = (old?.capabilities ?? []).filter((capability) => !agent.capabilities.includes(capability));
      for (const capability of gone)
        await table.client.send(
          new DeleteItemCommand({
            TableName: table.name,
            Key: toItem({ pk: keys.capabilityKey(capability), sk: agent.agent_id }),
          }),
        );
      return { ...agent, registered_at: old?.registered_at ?? registered_at, held: old?.held ?? {} };
    },

    async heartbeat(agentId, at) {
      const before = await update(agentId, {
        UpdateExpression: 'SET heartbeat_at = :at',
        ConditionExpression: IS_THERE,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: toItem({ ':at': at, ':removed': 'removed' }),
      });
      return before && agentFrom(before);
    },

    async remove(agentId, at) {
      const before = await update(agentId, {
        UpdateExpression: 'SET #status = :removed, heartbeat_at = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: toItem({ ':at': at, ':removed': 'removed' }),
      });
      if (before === undefined) return undefined;
      const agent = agentFrom(before);
      await unlist(agentId, agent.capabilities);
      return { ...agent, status: 'removed', heartbeat_at: at };
    },
  };
}

function agentFrom({ pk: _, sk: __, kind_of_item: ___, ...agent }: Item): AgentRecord {
  return agent as unknown as AgentRecord;
}
