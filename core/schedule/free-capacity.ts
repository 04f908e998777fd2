/**
 * A slot came free, or an agent came: asks for a round of each pool that has tickets waiting which it could serve.
 *
 * No wake-up is lost: whoever makes a ticket ready commits it and then reads the agents; whoever frees a slot commits
 * that and then reads the queue. Reads are strongly consistent, so at least one of the two sees the other.
 */
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { Rounds } from '../ports/rounds.ts';
import { freeSlots, hasCapabilities, takesWork } from '../swarm/agent.ts';

export type FreeCapacity = (agentId: string, once: string) => Promise<void>;

export function createFreeCapacity(deps: { agents: AgentRegistry; queue: ReadyQueue; rounds: Rounds }): FreeCapacity {
  const { agents, queue, rounds } = deps;
  return async (agentId, once) => {
    const agent = await agents.load(agentId);
    if (agent === undefined || !takesWork(agent) || freeSlots(agent) <= 0) return;
    const served = (await queue.pools()).filter((pool) => hasCapabilities(agent, pool.required_capabilities));
    await Promise.all(
      served.map(async ({ pool }) => {
        const [waiting] = await queue.list(pool, 1);
        if (waiting !== undefined) await rounds.request(pool, `agent ${agentId} has a free slot`, once);
      }),
    );
  };
}
