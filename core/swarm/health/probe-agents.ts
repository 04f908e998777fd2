/**
 * A probe that is answered is the agent's sign of life, and keeps the leases of what it runs. Probes have a budget: agents
 * are judged after them, and addresses that hang must not keep that from happening, or nobody would take them off the lists.
 */
import { forEachAtOnce } from '../../at-once.ts';
import type { AgentRegistry } from '../../ports/agent-registry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Probes } from '../../ports/probes.ts';
import type { AgentRecord } from '../agent.ts';

/** How often agents are probed, ms: what registers to be probed has no shorter heartbeat. */
export const PROBE_EVERY_MS = 60_000;

/**
 * No probe begins after this, ms. With that and 3 s for the last ones to hang, more than half of the function's time (50 s)
 * is left for all else; 600 addresses that hang fit in.
 */
export const PROBE_BUDGET_MS = 15_000;
const AT_ONCE = 128;

export interface Probed {
  /** as they are after it; whoever the budget did not reach has not been heard of */
  readonly agents: readonly AgentRecord[];
  /** what the stores threw, of single agents: of them nothing was heard, and none of the others suffers */
  readonly failures: readonly unknown[];
}

/** Whoever was heard of last is asked first: what hangs drops behind what answers, and the budget ends among the former. */
export function createProbeAgents(deps: {
  agents: AgentRegistry;
  ledger: Ledger;
  probes: Probes;
  clock: Clock;
}): (agents: readonly AgentRecord[]) => Promise<Probed> {
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
    const failures: unknown[] = [];
    const until = clock.now() + PROBE_BUDGET_MS;
    const probed = all
      .filter(({ endpoint }) => endpoint?.probe)
      .sort((one, other) => other.heartbeat_at - one.heartbeat_at);
    await forEachAtOnce(probed, AT_ONCE, async (agent) => {
      if (clock.now() >= until) return;
      try {
        if (agent.endpoint === undefined || !(await probes.answers(agent.endpoint.url))) return;
        const at = clock.now();
        if ((await agents.heartbeat(agent.agent_id, at)) === undefined) return;
        heard.set(agent.agent_id, at);
        await keepLeases(agent, at);
      } catch (error) {
        failures.push(error);
      }
    });
    const after = all.map((agent) => ({ ...agent, heartbeat_at: heard.get(agent.agent_id) ?? agent.heartbeat_at }));
    return { agents: after, failures };
  };
}
