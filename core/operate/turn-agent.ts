/** What people say of an agent, and take back: that it drains, that it is set apart. */
import { retryOnConflict } from '../ledger/retry.ts';
import { agentUnknown } from '../monitor/unknown.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import { appendToHealth } from '../swarm/health/record.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { VerbDeps } from './verb.ts';

export type TurnAgentDeps = VerbDeps & { agents: AgentRegistry };

/** Which mark the event sets or takes. */
const TURNS = {
  AgentDraining: { mark: 'draining', sets: true },
  AgentUndrained: { mark: 'draining', sets: false },
  AgentQuarantined: { mark: 'quarantined', sets: true },
  AgentReleased: { mark: 'quarantined', sets: false },
} as const;

/** Resolves to whether it was written: how it stands already is not written again. @throws HiveError AGENT_UNKNOWN (404) */
export function turnAgent(
  { agents, ledger, clock, sha256 }: TurnAgentDeps,
  agentId: string,
  type: keyof typeof TURNS,
  operator: ByOperator,
): Promise<boolean> {
  const { mark, sets } = TURNS[type];
  return retryOnConflict(clock, async () => {
    if ((await agents.load(agentId)) === undefined) throw agentUnknown(agentId);
    const before = await ledger.loadHealth(agentId);
    if ((before?.state[mark] !== undefined) === sets) return false;
    await ledger.commit([appendToHealth(agentId, before, { type, ...operator }, clock.now(), sha256)]);
    return true;
  });
}
