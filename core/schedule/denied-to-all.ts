/** Policies keep a ticket from everybody who could run it as things stand: it waits, and somebody should know why. */
import type { PlanState } from '../plan/state.ts';
import { type AgentRecord, mayBeMatched } from '../swarm/agent.ts';
import { mayRun } from '../swarm/match/eligible.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { denialOf, type MayDispatch } from './may-dispatch.ts';

/** Denials told; those of many agents are mostly the same few. */
const MAX_TOLD = 3;

/** In words; undefined: somebody may have it, busy or not, or nobody could run it anyway. */
export type DeniedToAll = (
  ticket: TicketRecord,
  plan: Pick<PlanState, 'deadline'>,
  agents: readonly AgentRecord[],
  now: number,
) => Promise<string | undefined>;

/** @throws HiveError POLICIES_UNAVAILABLE, ASSETS_UNAVAILABLE (503) */
export function createDeniedToAll(mayDispatch: MayDispatch): DeniedToAll {
  return async (ticket, plan, agents, now) => {
    const able = agents.filter((agent) => mayBeMatched(agent, now) && mayRun(agent, ticket.spec));
    const denials = new Set<string>();
    for (const agent of able) {
      const decided = await mayDispatch(agent, ticket, plan, now);
      if (!('denied' in decided)) return undefined;
      denials.add(denialOf(decided.denied));
    }
    if (able.length === 0) return undefined;
    const whom = able.length === 1 ? 'the only agent' : `each of the ${able.length} agents`;
    return `policies keep it from ${whom} that could run it: ${[...denials].slice(0, MAX_TOLD).join('; ')}`;
  };
}
