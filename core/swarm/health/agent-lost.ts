/**
 * An attempt was lost to an agent: where the agent itself is silent, so are all the tickets that it holds. That is noted,
 * and each of them looked at now rather than by its own timer. Whoever notes it does so, and nobody else: an agent with a
 * hundred tickets would have ten thousand timers set otherwise.
 */
import type { AgentRegistry } from '../../ports/agent-registry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import { isSilent } from '../agent.ts';
import { type CommitChange, createCommitChange } from './commit-change.ts';
import { createRedistribute, type RedistributeDeps } from './redistribute.ts';
import { reviewAgents } from './review.ts';
import { nothingKnown } from './signs.ts';

/** Never fails for what is a hint only: the tickets have timers of their own. */
export type AgentLost = (agentId: string) => Promise<void>;

export function createAgentLost(
  deps: RedistributeDeps & { agents: AgentRegistry; clock: Clock; sha256: Sha256 },
): AgentLost {
  const { agents, clock } = deps;
  const commitChange: CommitChange = createCommitChange(deps);
  const redistribute = createRedistribute(deps);
  return async (agentId) => {
    const agent = await agents.load(agentId);
    const now = clock.now();
    if (agent === undefined || agent.status === 'removed' || !isSilent(agent, now)) return;
    const [found] = reviewAgents([agent], nothingKnown, now).changes;
    if (found?.change.to === 'UNHEALTHY' && (await commitChange(found))) await redistribute(agent);
  };
}
