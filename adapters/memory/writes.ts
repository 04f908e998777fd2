/** From the ledger's writes to operations on the table. Conditions have names, and each says what it protects. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { Write } from '../../core/ports/ledger.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { SUM_NAMES } from '../../core/trail/sums.ts';
import * as keys from './keys.ts';
import type { MemoryItem, Operation } from './table.ts';

/** No event is ever overwritten. */
const isNew = (item: MemoryItem | undefined): boolean => item === undefined;
/** Nobody has written since the state was read. */
const versionIs =
  (expected: number) =>
  (item: MemoryItem | undefined): boolean =>
    expected === 0 ? item === undefined : item?.version === expected;
/** The agent takes work, has a slot free, and does not have this ticket already. */
const slotIsFree =
  (ticketId: string) =>
  (item: MemoryItem | undefined): boolean => {
    const agent = item as AgentRecord | undefined;
    return (
      agent?.status === 'active' &&
      agent.standing?.draining === undefined &&
      agent.standing?.quarantined === undefined &&
      Object.keys(agent.held).length < agent.capacity &&
      !Object.hasOwn(agent.held, ticketId)
    );
  };
/** The agent has registered. */
const isThere = (item: MemoryItem | undefined): boolean => item !== undefined;
/** Nobody waits for the agent, and it has not been heard of since. */
const hasGoneSince =
  (lastHeardAt: number) =>
  (item: MemoryItem | undefined): boolean => {
    const agent = item as AgentRecord | undefined;
    return agent?.heartbeat_at === lastHeardAt && Object.keys(agent.held).length === 0;
  };

/** The agent has registered, and is theirs. */
const isTheirs =
  (owner: string | undefined) =>
  (item: MemoryItem | undefined): boolean =>
    item !== undefined && (item as Partial<AgentRecord>).owner === owner;

/** Each write is one or more operations. */
export function operationsOf(write: Write): Operation[] {
  switch (write.kind) {
    case 'append_ticket':
      return append(write.records, keys.ticketKey(write.state.ticket_id), write.state);
    case 'append_plan':
      return append(write.records, keys.planKey(write.state.plan_id), write.state);
    case 'append_incident':
      return append(write.records, keys.incidentKey(write.state.incident_id), write.state);
    case 'append_strategy':
      return append(write.records, keys.STRATEGY_KEY, write.state);
    case 'append': {
      const { records, state, listed } = write;
      return append(records, records[0]?.aggregate ?? '', state, listed);
    }
    case 'append_health': {
      const { records, state, leaves, owner } = write;
      const { agent_id } = state;
      const conditions = [
        leaves === undefined ? isThere : hasGoneSince(leaves.last_heard_at),
        ...(owner ? [isTheirs(owner.was)] : []),
      ];
      const condition = (item: MemoryItem | undefined) => conditions.every((holds) => holds(item));
      const change = ({ owner: had, given_up_by: by, ...item }: MemoryItem = {}) => {
        const { is, given_up_by } = owner ?? { is: had, given_up_by: by };
        return {
          ...item,
          standing: state,
          ...(leaves && { status: 'removed' }),
          ...(is !== undefined && { owner: is }),
          ...(given_up_by !== undefined && { given_up_by }),
        };
      };
      return [...append(records, keys.healthKey(agent_id), state), { ...placeOf(agent_id), condition, change }];
    }
    case 'plan_at': {
      const condition = (item: MemoryItem | undefined) => item?.version === write.version;
      return [{ pk: keys.planKey(write.plan_id), sk: keys.STATE, condition, change: (item) => item }];
    }
    case 'append_rejection':
      return eventsOf(write.records);
    case 'enqueue': {
      const { entry } = write;
      return [{ pk: keys.poolKey(entry.pool), sk: entry.key, change: () => ({ entry }) }];
    }
    case 'dequeue':
      return [{ pk: keys.poolKey(write.entry.pool), sk: write.entry.key, change: () => undefined }];
    case 'hold_slot': {
      const { kind: _, agent_id, ticket_id, ...held } = write;
      return [
        {
          ...placeOf(agent_id),
          condition: slotIsFree(ticket_id),
          change: (item) => ({ ...item, held: { ...heldOf(item), [ticket_id]: held } }),
        },
      ];
    }
    case 'free_slot': {
      const { agent_id, ticket_id, attempt_was } = write;
      const change = (item: MemoryItem | undefined) => {
        const { lost_in_a_row, ...rest } = item ?? {};
        const lost = (lost_in_a_row as number | undefined) ?? 0;
        const now = attempt_was === 'lost' ? lost + 1 : attempt_was === 'answered' ? 0 : lost;
        return { ...rest, held: without(item, ticket_id), ...(now > 0 && { lost_in_a_row: now }) };
      };
      return [{ ...placeOf(agent_id), change }];
    }
    case 'deposit_trail': {
      const { pool, epoch, agent_id, task_type, sums } = write.deposit;
      const change = (item: MemoryItem | undefined) => {
        const added = SUM_NAMES.map((name) => [name, ((item?.[name] as bigint | undefined) ?? 0n) + sums[name]]);
        return { agent_id, task_type, ...Object.fromEntries(added) };
      };
      return [{ pk: keys.trailKey(pool, epoch), sk: keys.trailSort(agent_id, task_type), change }];
    }
  }
}

const placeOf = (agentId: string) => ({ pk: keys.agentKey(agentId), sk: keys.STATE });

const heldOf = (item: MemoryItem | undefined) => item?.held as AgentRecord['held'] | undefined;

/** Like DynamoDB's REMOVE of a path: what holds the slot must be there, the slot need not. */
function without(item: MemoryItem | undefined, ticketId: string): AgentRecord['held'] {
  const held = heldOf(item);
  if (held === undefined) throw new TypeError('there is no such agent to free a slot of');
  const { [ticketId]: _, ...others } = held;
  return others;
}

function eventsOf(records: readonly Recorded[]): Operation[] {
  return records.map((record) => ({
    pk: record.aggregate,
    sk: keys.eventSort(record.version),
    condition: isNew,
    change: () => ({ record }),
  }));
}

function append(records: readonly Recorded[], pk: string, state: unknown, listed?: object): Operation[] {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('an append has at least one event');
  const { version, hash } = last;
  // What is noted beside the events stays, but that all which followed from an end was done.
  const change = (item: MemoryItem | undefined) => ({
    ...item,
    ...{ version, hash, state, settled_at: undefined },
    ...(listed && { listed }),
  });
  return [...eventsOf(records), { pk, sk: keys.STATE, condition: versionIs(first.version - 1), change }];
}
