/** A plan that runs, looked at in the ledger and the swarm: how it will end. */

import type { PlanState } from '../plan/state.ts';
import type { PredictPlan } from '../plan/watch-sla.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { ANY_CAPABILITY } from '../schedule/any-capability.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { type Estimates, neutral } from '../trail/estimate.ts';
import type { ReadEstimates } from '../trail/read-estimates.ts';
import { predictRest } from './plan.ts';
import { restOf } from './rest-of.ts';

export interface PredictPlanDeps {
  ledger: Pick<Ledger, 'ticketIdsOfPlan' | 'loadTicketStates'>;
  reader: Pick<PlanReader, 'loadTicketSpecs'>;
  agents: Pick<AgentRegistry, 'listByCapability'>;
  /** what is known of a pool's agents; default: nothing */
  readEstimates?: ReadEstimates;
}

/** Plans whose tickets, as they were minted, are kept in the process. */
const PLANS_KEPT = 8;

export function createPredictPlan({ ledger, reader, agents, readEstimates }: PredictPlanDeps): PredictPlan {
  const minted = new Map<string, ReadonlyMap<string, TicketSpec>>();

  async function specsOf({ plan_id, tickets }: PlanState): Promise<ReadonlyMap<string, TicketSpec>> {
    const kept = minted.get(plan_id);
    if (kept !== undefined) return kept;
    const specs = await reader.loadTicketSpecs(await ledger.ticketIdsOfPlan(plan_id));
    const tasks = new Map(
      specs.flatMap((spec) => (spec.compensates === undefined ? [[spec.ticket_id, spec] as const] : [])),
    );
    if (tasks.size === tickets) minted.set(plan_id, tasks);
    const [oldest] = minted.keys();
    if (minted.size > PLANS_KEPT && oldest !== undefined) minted.delete(oldest);
    return tasks;
  }

  async function swarmFor(specs: Iterable<TicketSpec>) {
    const pools = new Map([...specs].map(({ pool, required_capabilities }) => [pool, required_capabilities]));
    const capabilities = new Set([...pools.values()].map(([first]) => first ?? ANY_CAPABILITY));
    const listed = await Promise.all([...capabilities].map((capability) => agents.listByCapability(capability)));
    const known = new Map<string, Estimates>();
    if (readEstimates !== undefined)
      await Promise.all([...pools.keys()].map(async (pool) => known.set(pool, await readEstimates(pool))));
    const byId = new Map<string, AgentRecord>(listed.flat().map((agent) => [agent.agent_id, agent]));
    return { agents: [...byId.values()], estimatesOf: (pool: string) => known.get(pool) ?? neutral };
  }

  return async (state, now) => {
    const specs = await specsOf(state);
    if (specs.size !== state.tickets) return undefined;
    const states = await ledger.loadTicketStates([...specs.keys()]);
    // The same order each time: draws go by it.
    const tickets = states
      .flatMap((ticket) => {
        const spec = specs.get(ticket.ticket_id);
        return spec === undefined ? [] : [{ spec, state: ticket }];
      })
      .sort((a, b) => (a.spec.ticket_id < b.spec.ticket_id ? -1 : 1));
    const rest = restOf(tickets, await swarmFor(specs.values()), now);
    const { deadline, plan_id } = state;
    if (rest.lost.length > 0)
      return { prediction: { probability: 0, deadline }, slowest: rest.lost.slice(0, LOST_TOLD) };
    const done = tickets.length - rest.tasks.length;
    const { probability, p50_ms, p90_ms, slowest } = predictRest(
      rest,
      deadline - now,
      `${plan_id}@${state.run}/${done}`,
    );
    const at = (ms: number) => Math.round(now + ms);
    return {
      prediction: {
        probability: Math.round(probability * 1e4) / 1e4,
        ...(Number.isFinite(p50_ms) ? { p50_at: at(p50_ms) } : {}),
        ...(Number.isFinite(p90_ms) ? { p90_at: at(p90_ms) } : {}),
        deadline,
      },
      slowest,
    };
  };
}

const LOST_TOLD = 3;
