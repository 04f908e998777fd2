/** An agent is drained: it gets nothing more until somebody undoes that, also when it registers anew; what it holds it may end. */
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import type { Operations } from './operations.ts';
import { type TurnAgentDeps, turnAgent } from './turn-agent.ts';
import { operatorOf } from './verb.ts';

/** One that drains already stays as it is. @throws HiveError AGENT_UNKNOWN (404) */
export const createDrainAgent =
  (deps: TurnAgentDeps): Operations['drainAgent'] =>
  async (agentId, request) => ({
    ...{ id: agentId, phase: 'draining' },
    changed: await turnAgent(deps, agentId, 'AgentDraining', operatorOf(request)),
  });

/** Tickets may have waited for it. @throws HiveError AGENT_UNKNOWN (404) */
export const createUndrainAgent =
  (deps: TurnAgentDeps & { freeCapacity: FreeCapacity }): Operations['undrainAgent'] =>
  async (agentId, request) => {
    const changed = await turnAgent(deps, agentId, 'AgentUndrained', operatorOf(request));
    await deps.freeCapacity(agentId, `undrained:${agentId}:${deps.clock.now()}`);
    return { id: agentId, phase: 'active', changed };
  };
