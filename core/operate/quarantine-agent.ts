/**
 * An agent that may be somebody else's tool by now is set apart: it is given nothing, nothing that it says of a ticket counts,
 * and what it holds goes to others. It may go on to call for itself, so that it can be looked at; until security releases it.
 */
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import type { Operations } from './operations.ts';
import type { RevokeTokenDeps } from './revoke-token.ts';
import { createTakeFromAgent } from './take-from-agent.ts';
import { type TurnAgentDeps, turnAgent } from './turn-agent.ts';
import { operatorOf } from './verb.ts';

type Deps = RevokeTokenDeps & TurnAgentDeps;

/**
 * First it is set apart, so that it gets nothing more, then what it has is taken. Whoever dies in between asks again;
 * until then its heartbeats keep no lease, so what it holds is lost to it all the same.
 * @throws HiveError AGENT_UNKNOWN (404)
 */
export function createQuarantineAgent(deps: Deps): Operations['quarantineAgent'] {
  const takeFromAgent = createTakeFromAgent(deps);
  return async (agentId, request): Promise<VerbAnswer> => {
    const operator = operatorOf(request);
    const set = await turnAgent(deps, agentId, 'AgentQuarantined', operator);
    const taken = await takeFromAgent(agentId, operator);
    return { id: agentId, phase: 'quarantined', changed: set || taken > 0 };
  };
}

/** Tickets may have waited for it. @throws HiveError AGENT_UNKNOWN (404) */
export function createReleaseAgent(deps: Deps): Operations['releaseAgent'] {
  const { clock, freeCapacity } = deps;
  return async (agentId, request): Promise<VerbAnswer> => {
    const changed = await turnAgent(deps, agentId, 'AgentReleased', operatorOf(request));
    await freeCapacity(agentId, `released:${agentId}:${clock.now()}`);
    return { id: agentId, phase: 'released', changed };
  };
}
