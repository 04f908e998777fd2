/** Plans and agents as one problem of scheduling: what bounds are computed of, and what schedules are searched for in. */
import { HiveError } from '../errors.ts';
import { type Problem, problemOf } from '../schedule/search/problem.ts';
import { isCleared } from '../swarm/agent.ts';
import type { ArrivingPlan, SimulatedTicket } from './tickets.ts';
import type { SimulatedAgent } from './types.ts';

/** The agent of each slot. */
export const slotsOf = (agents: readonly SimulatedAgent[]): number[] =>
  agents.flatMap(({ capacity = 1 }, agent) => Array.from({ length: capacity }, () => agent));

/** Whoever may run it, free or not. */
export const mayRun = (agent: SimulatedAgent, { spec }: SimulatedTicket): boolean =>
  isCleared(agent.clearance ?? 'RESTRICTED', spec.security_level) &&
  spec.required_capabilities.every((name) => agent.capabilities?.includes(name) ?? true);

/**
 * A task of the problem for each ticket, a slot for each slot.
 * @param durationOn ms of a ticket on an agent
 * @throws HiveError SIMULATION_INVALID (422) where nobody may run a task
 */
export function forecastProblem(
  plans: readonly ArrivingPlan[],
  agents: readonly SimulatedAgent[],
  durationOn: (agent: SimulatedAgent, ticket: SimulatedTicket) => number,
): Problem {
  const tickets = plans.flatMap((plan) => plan.tickets);
  const slots = slotsOf(agents);
  const rows = tickets.map((ticket) => {
    const byAgent = agents.map((agent) =>
      mayRun(agent, ticket) ? durationOn(agent, ticket) : Number.POSITIVE_INFINITY,
    );
    if (!byAgent.some(Number.isFinite)) throw nobody(ticket);
    return Float64Array.from(slots, (agent) => byAgent[agent] as number);
  });
  const releases = Float64Array.from(tickets, ({ plan }) => plans[plan]?.at_ms ?? 0);
  return problemOf(
    tickets.map(({ predecessors }) => predecessors),
    rows,
    slots.length,
    releases,
  );
}

function nobody({ spec: { plan_id, task_id, required_capabilities, security_level } }: SimulatedTicket): HiveError {
  const asks = required_capabilities.length > 0 ? required_capabilities.join(', ') : 'nothing';
  return new HiveError(
    'SIMULATION_INVALID',
    `No agent may run task ${task_id} of plan ${plan_id}, which asks for ${asks} at level ${security_level}: add such an agent.`,
    { status: 422, detail: { faults: [{ path: 'agents', reason: `none may run ${task_id}` }] } },
  );
}
