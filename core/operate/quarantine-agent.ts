/**
 * An agent that may be somebody else's tool by now is set apart: it is given nothing, nothing that it says of a ticket counts,
 * and what it holds goes to others. It may go on to call for itself, so that it can be looked at; until security releases it.
 */
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import { agentUnknown } from '../monitor/unknown.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import { appendToHealth } from '../swarm/health/record.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { Operations } from './operations.ts';
import type { RevokeTokenDeps } from './revoke-token.ts';
import { createTakeFromAgent } from './take-from-agent.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

type Deps = RevokeTokenDeps & VerbDeps & { agents: AgentRegistry };

/**
 * First it is set apart, so that it gets nothing more, then what it has is taken. Whoever dies in between asks again;
 * until then its heartbeats keep no lease, so what it holds is lost to it all the same.
 * @throws HiveError AGENT_UNKNOWN (404)
 */
export function createQuarantineAgent(deps: Deps): Operations['quarantineAgent'] {
  const takeFromAgent = createTakeFromAgent(deps);
  return async (agentId, request): Promise<VerbAnswer> => {
    const operator = operatorOf(request);
    const set = await turn(deps, agentId, 'AgentQuarantined', operator);
    const taken = await takeFromAgent(agentId, operator);
    return { id: agentId, phase: 'quarantined', changed: set || taken > 0 };
  };
}

/** Tickets may have waited for it. @throws HiveError AGENT_UNKNOWN (404) */
export function createReleaseAgent(deps: Deps): Operations['releaseAgent'] {
  const { clock, freeCapacity } = deps;
  return async (agentId, request): Promise<VerbAnswer> => {
    const changed = await turn(deps, agentId, 'AgentReleased', operatorOf(request));
    await freeCapacity(agentId, `released:${agentId}:${clock.now()}`);
    return { id: agentId, phase: 'released', changed };
  };
}

/** Resolves to whether it was written: how it stands already is not written again. */
function turn(
  { agents, ledger, clock, sha256 }: Deps,
  agentId: string,
  type: 'AgentQuarantined' | 'AgentReleased',
  operator: ByOperator,
): Promise<boolean> {
  return retryOnConflict(clock, async () => {
    if ((await agents.load(agentId)) === undefined) throw agentUnknown(agentId);
    const before = await ledger.loadHealth(agentId);
    if ((before?.state.quarantined !== undefined) === (type === 'AgentQuarantined')) return false;
    await ledger.commit([appendToHealth(agentId, before, { type, ...operator }, clock.now(), sha256)]);
    return true;
  });
}
