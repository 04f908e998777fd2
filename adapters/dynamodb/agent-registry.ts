/** Agents on DynamoDB: the agent's own item, and one item for each of its capabilities to find it by. */
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { agentOfAnother } from '../../core/access/agent-guard.ts';
import type { HiveError } from '../../core/errors.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import { ANY_CAPABILITY } from '../../core/schedule/any-capability.ts';
import { type AgentRecord, historyOf, isKeptFrom } from '../../core/swarm/agent.ts';
import * as keys from './keys.ts';
import { getItem, getItems, type Item, queryPartition, type Table, toItem, writeItem } from './table.ts';

/** It was registered and has not left. */
const IS_THERE = 'attribute_exists(pk) AND #status <> :removed';
/** It is ours, or nobody's and was not taken from us. */
const IS_OURS =
  '(attribute_not_exists(#owner) OR #owner = :owner) AND (attribute_not_exists(given_up_by) OR given_up_by <> :owner)';
/** It was registered and no ticket is its own: nobody would wait for it. */
const HOLDS_NOTHING = 'attribute_exists(pk) AND size(held) = :none';

export function createDynamoAgentRegistry(table: Table): AgentRegistry {
  async function update(
    agentId: string,
    change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
    refusal?: HiveError,
  ): Promise<Item | undefined> {
    const Key = toItem({ pk: keys.agentKey(agentId), sk: keys.STATE });
    try {
      const command = new UpdateItemCommand({ TableName: table.name, Key, ReturnValues: 'ALL_OLD', ...change });
      const { Attributes } = await writeItem(table, command);
      return Attributes && (unmarshall(Attributes) as Item);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        if (refusal !== undefined) throw refusal;
        return undefined;
      }
      throw error;
    }
  }

  const entriesOf = (agentId: string, capabilities: readonly string[]) =>
    capabilities.map((capability) => ({ pk: keys.capabilityKey(capability), sk: agentId }));

  /**
   * Takes the agent off lists, provided that its item is still as the caller left it: else it has registered anew
   * meanwhile, and is listed. An entry that stays behind does no harm: who lists reads the agent itself.
   */
  async function unlist(agentId: string, listed: readonly string[], attribute: string, still: unknown): Promise<void> {
    if (listed.length === 0) return;
    const check = {
      TableName: table.name,
      Key: toItem({ pk: keys.agentKey(agentId), sk: keys.STATE }),
      ConditionExpression: '#attribute = :still',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: toItem({ ':still': still }),
    };
    const deletes = entriesOf(agentId, listed).map((key) => ({ Delete: { TableName: table.name, Key: toItem(key) } }));
    try {
      await table.client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: check }, ...deletes] }),
      );
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
    }
  }

  /** @returns the record as it is now, undefined when the condition does not hold */
  async function leave(agentId: string, status: 'removed' | 'draining', at: number): Promise<AgentRecord | undefined> {
    const holdsNothing = status === 'removed';
    const before = await update(agentId, {
      UpdateExpression: 'SET #status = :status, heartbeat_at = :at',
      ConditionExpression: holdsNothing ? HOLDS_NOTHING : IS_THERE,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: toItem({
        ':status': status,
        ':at': at,
        ...(holdsNothing ? { ':none': 0 } : { ':removed': 'removed' }),
      }),
    });
    return before && { ...agentFrom(before), status, heartbeat_at: at };
  }

  return {
    async load(agentId) {
      const item = await getItem(table, keys.agentKey(agentId), keys.STATE);
      return item && agentFrom(item);
    },

    async listByCapability(capability, { removedToo = false } = {}) {
      const listed = await queryPartition(table, keys.capabilityKey(capability));
      const items = await getItems(
        table,
        listed.map(({ sk }) => ({ pk: keys.agentKey(sk), sk: keys.STATE })),
      );
      return items
        .map(agentFrom)
        .filter(({ status }) => removedToo || status !== 'removed')
        .filter(({ capabilities }) => capability === ANY_CAPABILITY || capabilities.includes(capability));
    },

    async register(agent) {
      const { registered_at, ...members } = agent;
      const said = Object.entries(members).filter(([, value]) => value !== undefined);
      const names = Object.fromEntries(said.map(([name]) => [`#${name}`, name]));
      const values = Object.fromEntries(said.map(([name, value]) => [`:${name}`, value]));
      const sets = said.map(([name]) => `#${name} = :${name}`);
      // What it does not say any more; and who it was taken from, where it is somebody's now.
      const unsaid = [
        ...(['endpoint', 'tenants'] as const).filter((name) => agent[name] === undefined),
        ...(agent.owner === undefined ? [] : ['given_up_by']),
      ];
      const change = {
        ...(agent.owner !== undefined && { ConditionExpression: IS_OURS }),
        UpdateExpression: `SET ${sets.join(', ')}, kind_of_item = :item, held = if_not_exists(held, :none), registered_at = if_not_exists(registered_at, :registered_at)${unsaid.length > 0 ? ` REMOVE ${unsaid.join(', ')}` : ''}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: toItem({
          ...values,
          ':item': 'agent',
          ':none': {},
          ':registered_at': registered_at,
        }),
      };
      const before = await update(agent.agent_id, change, agentOfAnother(agent.agent_id));
      // Listed after it is written, so that whoever finds it can read it.
      await Promise.all(
        entriesOf(agent.agent_id, [ANY_CAPABILITY, ...agent.capabilities]).map((key) =>
          table.client.send(
            new PutItemCommand({ TableName: table.name, Item: toItem({ ...key, kind: 'capability' }) }),
          ),
        ),
      );
      const old = before === undefined ? undefined : agentFrom(before);
      const gone = (old?.capabilities ?? []).filter((capability) => !agent.capabilities.includes(capability));
      await unlist(agent.agent_id, gone, 'capabilities', agent.capabilities);
      return { ...agent, ...historyOf(old, agent.owner), registered_at: old?.registered_at ?? registered_at };
    },

    async heartbeat(agentId, at, owner) {
      const owned = owner !== undefined;
      const before = await update(agentId, {
        UpdateExpression: owned
          ? 'SET heartbeat_at = :at, #owner = :owner REMOVE given_up_by'
          : 'SET heartbeat_at = :at',
        ConditionExpression: owned ? `${IS_THERE} AND ${IS_OURS}` : IS_THERE,
        ExpressionAttributeNames: { '#status': 'status', ...(owned && { '#owner': 'owner' }) },
        ExpressionAttributeValues: toItem({ ':at': at, ':removed': 'removed', ...(owned && { ':owner': owner }) }),
      });
      if (before !== undefined) return agentFrom(before);
      // Gone, or another's? Should it have changed meanwhile, either answer was right a moment ago.
      const item = owned ? await getItem(table, keys.agentKey(agentId), keys.STATE) : undefined;
      const agent = item && agentFrom(item);
      if (owned && agent !== undefined && isKeptFrom(agent, owner) && agent.status !== 'removed')
        throw agentOfAnother(agentId);
      return undefined;
    },

    async remove(agentId, at) {
      // A slot may come free between the first two, so the first is asked once more.
      const agent =
        (await leave(agentId, 'removed', at)) ??
        (await leave(agentId, 'draining', at)) ??
        (await leave(agentId, 'removed', at));
      if (agent?.status === 'removed')
        await unlist(agentId, [ANY_CAPABILITY, ...agent.capabilities], 'status', 'removed');
      return agent;
    },

    async unlist(agentId) {
      const item = await getItem(table, keys.agentKey(agentId), keys.STATE);
      const agent = item && agentFrom(item);
      if (agent?.status === 'removed')
        await unlist(agentId, [ANY_CAPABILITY, ...agent.capabilities], 'status', 'removed');
    },
  };
}

function agentFrom({ pk: _, sk: __, kind_of_item: ___, ...agent }: Item): AgentRecord {
  return agent as unknown as AgentRecord;
}
