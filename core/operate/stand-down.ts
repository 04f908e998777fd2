/** An agent whose credential counts no more stands down: it is given nothing, and what it holds goes to others at once. */
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { RevokeTokenDeps } from './revoke-token.ts';
import { createTakeFromAgent } from './take-from-agent.ts';
import { turnAgent } from './turn-agent.ts';
import type { VerbDeps } from './verb.ts';

/**
 * First it is drained, so that it gets nothing more, then what it has is taken. May be called any number of times: whoever
 * died in it goes on where it was. An agent that is not that principal's, or has never registered, is left as it is.
 * @returns whether this call changed anything
 */
export type StandDown = (agentId: string, principal: string, operator: ByOperator) => Promise<boolean>;

export function createStandDown(deps: RevokeTokenDeps & VerbDeps & { agents: AgentRegistry }): StandDown {
  const takeFromAgent = createTakeFromAgent(deps);
  return async (agentId, principal, operator) => {
    const agent = await deps.agents.load(agentId);
    if (agent?.owner !== principal) return false;
    const drained = await turnAgent(deps, agentId, 'AgentDraining', operator);
    const taken = await takeFromAgent(agentId, operator);
    return drained || taken > 0;
  };
}
