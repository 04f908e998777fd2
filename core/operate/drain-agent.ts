/** An agent is drained: it gets nothing more until somebody undoes that, also when it registers anew; what it holds it may end. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer, VerbRequest } from '../messages/monitoring-api.ts';
import { agentUnknown } from '../monitor/unknown.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { appendToHealth } from '../swarm/health/record.ts';
import type { By, Operations } from './operations.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

interface Deps extends VerbDeps {
  agents: AgentRegistry;
  freeCapacity: FreeCapacity;
}

/** One that drains already stays as it is. @throws HiveError AGENT_UNKNOWN (404) */
export const createDrainAgent =
  (deps: Deps): Operations['drainAgent'] =>
  (agentId, request) =>
    turn(deps, agentId, request, 'draining');

/** Tickets may have waited for it. @throws HiveError AGENT_UNKNOWN (404) */
export const createUndrainAgent =
  (deps: Deps): Operations['undrainAgent'] =>
  async (agentId, request) => {
    const answer = await turn(deps, agentId, request, 'active');
    await deps.freeCapacity(agentId, `undrained:${agentId}:${deps.clock.now()}`);
    return answer;
  };

function turn(
  { agents, ledger, clock, sha256 }: Deps,
  agentId: string,
  request: By<VerbRequest>,
  aim: 'draining' | 'active',
): Promise<VerbAnswer> {
  return retryOnConflict(clock, async () => {
    if ((await agents.load(agentId)) === undefined) throw agentUnknown(agentId);
    const before = await ledger.loadHealth(agentId);
    const changed = (before?.state.draining !== undefined) !== (aim === 'draining');
    if (changed) {
      const type = aim === 'draining' ? 'AgentDraining' : 'AgentUndrained';
      const event = { type, ...operatorOf(request) } as const;
      await ledger.commit([appendToHealth(agentId, before, event, clock.now(), sha256)]);
    }
    return { id: agentId, phase: aim, changed };
  });
}
