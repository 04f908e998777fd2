/** A probe that is answered is the agent's sign of life, and keeps the leases of what it runs. */
import { forEachAtOnce } from '../../at-once.ts';
import type { AgentRegistry } from '../../ports/agent-registry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Probes } from '../../ports/probes.ts';
import type { AgentRecord } from '../agent.ts';

/** How often agents are probed, ms: what registers to be probed has no shorter heartbeat. */
export const PROBE_EVERY_MS = 60_000;

const AT_ONCE = 32;

/** @returns the agents as they are after it */
export function createProbeAgents(deps: {
  agents: AgentRegistry;
  ledger: Ledger;
  probes: Probes;
  clock: Clock;
}): (agents: readonly AgentRecord[]) => Promise<AgentRecord[]> {
  const { agents, ledger, probes, clock } = deps;

  async function keepLeases({ agent_id, held }: AgentRecord, at: number): Promise<void> {
    const states = await ledger.loadTicketStates(Object.keys(held));
    for (const state of states) {
      if (state.phase !== 'running' || state.agent_id !== agent_id) continue;
      const { attempt, claim_digest } = state;
      await ledger.touchTicket(state.ticket_id, { agent_id, attempt, claim_digest }, at);
    }
  }

  return async (all) => {
    const heard = new Map<string, number>();
    const probed = all.filter(({ endpoint }) => endpoint?.probe);
    await forEachAtOnce(probed, AT_ONCE, async (agent) => {
      if (agent.endpoint === undefined || !(await probes.answers(agent.endpoint.url))) return;
      const at = clock.now();
      if ((await agents.heartbeat(agent.agent_id, at)) === undefined) return;
      heard.set(agent.agent_id, at);
      await keepLeases(agent, at);
    });
    return all.map((agent) => ({ ...agent, heartbeat_at: heard.get(agent.agent_id) ?? agent.heartbeat_at }));
  };
}
