/** An agent is drained: it gets nothing more until somebody undoes that, also when it registers anew; what it holds it may end. */
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer, VerbRequest } from '../messages/monitoring-api.ts';
import { agentUnknown } from '../monitor/unknown.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { appendToHealth } from '../swarm/health/record.ts';
import type { ByOperator } from '../ticket/events.ts';
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

async function turn(deps: Deps, agentId: string, request: By<VerbRequest>, aim: Aim): Promise<VerbAnswer> {
  return { id: agentId, phase: aim, changed: await drainOnce(deps, agentId, operatorOf(request), aim) };
}

type Aim = 'draining' | 'active';

/** Resolves to whether it was written: how it stands already is not written again. @throws HiveError AGENT_UNKNOWN (404) */
export function drainOnce(
  { agents, ledger, clock, sha256 }: Omit<Deps, 'freeCapacity'>,
  agentId: string,
  operator: ByOperator,
  aim: Aim,
): Promise<boolean> {
  return retryOnConflict(clock, async () => {
    if ((await agents.load(agentId)) === undefined) throw agentUnknown(agentId);
    const before = await ledger.loadHealth(agentId);
    if ((before?.state.draining !== undefined) === (aim === 'draining')) return false;
    const type = aim === 'draining' ? 'AgentDraining' : 'AgentUndrained';
    await ledger.commit([appendToHealth(agentId, before, { type, ...operator }, clock.now(), sha256)]);
    return true;
  });
}
