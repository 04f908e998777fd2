import { agentOfAnother } from '../../core/access/agent-guard.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import { ANY_CAPABILITY } from '../../core/schedule/any-capability.ts';
import { type AgentRecord, historyOf, isKeptFrom } from '../../core/swarm/agent.ts';
import * as keys from './keys.ts';
import type { MemoryItem, MemoryTable } from './table.ts';

/** Removed agents that were taken off the lists; all others are on them: a list is made of the agents as they stand. */
const UNLISTED = 'UNLISTED';

export function createMemoryAgentRegistry(table: MemoryTable): AgentRegistry {
  const placeOf = (agentId: string) => ({ pk: keys.agentKey(agentId), sk: keys.STATE });
  const find = (agentId: string) => table.get(placeOf(agentId)) as AgentRecord | undefined;
  const write = (agent: AgentRecord) =>
    table.transact([{ ...placeOf(agent.agent_id), change: () => ({ ...agent }) as MemoryItem }]);
  const isListed = ({ agent_id }: AgentRecord) => table.get({ pk: UNLISTED, sk: agent_id }) === undefined;
  const list = (agentId: string, on: boolean) =>
    table.transact([{ pk: UNLISTED, sk: agentId, change: () => (on ? undefined : {}) }]);

  return {
    async load(agentId) {
      return find(agentId);
    },

    async listByCapability(capability, { removedToo = false } = {}) {
      return table
        .scan(keys.agentKey(''))
        .map(({ item }) => item as unknown as AgentRecord)
        .filter((agent) => agent.status !== 'removed' || (removedToo && isListed(agent)))
        .filter(({ capabilities }) => capability === ANY_CAPABILITY || capabilities.includes(capability));
    },

    async register(agent) {
      const old = find(agent.agent_id);
      if (old !== undefined) requireOurs(old, agent.owner);
      write({ ...agent, ...historyOf(old, agent.owner), registered_at: old?.registered_at ?? agent.registered_at });
      list(agent.agent_id, true);
      return find(agent.agent_id) as AgentRecord;
    },

    async heartbeat(agentId, at, owner) {
      const before = find(agentId);
      if (before === undefined || before.status === 'removed') return undefined;
      requireOurs(before, owner);
      const { given_up_by, ...agent } = before;
      const whose = owner !== undefined ? { owner } : given_up_by !== undefined && { given_up_by };
      write({ ...agent, heartbeat_at: at, ...whose });
      return before;
    },

    async remove(agentId, at) {
      const before = find(agentId);
      if (before === undefined) return undefined;
      const status = Object.keys(before.held).length === 0 ? 'removed' : 'draining';
      const removed: AgentRecord = { ...before, status, heartbeat_at: at };
      write(removed);
      if (status === 'removed') list(agentId, false);
      return removed;
    },

    async unlist(agentId) {
      if (find(agentId)?.status === 'removed') list(agentId, false);
    },
  };
}

/** @throws HiveError AGENT_OF_ANOTHER (403) */
function requireOurs(agent: AgentRecord, owner: string | undefined): void {
  if (owner !== undefined && isKeptFrom(agent, owner)) throw agentOfAnother(agent.agent_id);
}
