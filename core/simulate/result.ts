/** What is told of a simulation that has run. */
import { criticalPath, lowerBound } from '../schedule/search/bound.ts';
import type { Problem } from '../schedule/search/problem.ts';
import { durationOn } from './agents.ts';
import { forecastProblem } from './forecast.ts';
import type { ArrivingPlan, SimulatedTicket } from './tickets.ts';
import type { SimulatedAgent, SimulatedAssignment, SimulatedPlanResult, SimulationResult, Spread } from './types.ts';

/** How a ticket stood at the end. */
export interface EndedTicket {
  readonly phase: 'open' | 'completed' | 'failed' | 'cancelled';
  /** it became ready */
  readonly ready_ms: number;
  /** it was completed, failed for good or was cancelled */
  readonly ended_ms: number;
}

export interface Ran {
  readonly plans: readonly ArrivingPlan[];
  readonly agents: readonly SimulatedAgent[];
  readonly assignments: readonly SimulatedAssignment[];
  readonly stateOf: (ticket: SimulatedTicket) => EndedTicket;
}

type Told = Pick<SimulationResult, 'strategy' | 'seed' | 'mode' | 'knows'>;

export function resultOf(ran: Ran, told: Told): SimulationResult {
  const { plans, agents, stateOf } = ran;
  const tickets = plans.flatMap((plan) => plan.tickets);
  const problem = forecastProblem(plans, agents, durationOn);
  const assignments = [...ran.assignments].sort((a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms);
  const makespan_ms = assignments.reduce((last, { end_ms }) => Math.max(last, end_ms), 0);
  const lower_bound_ms = boundOf(ran, problem, makespan_ms);
  const inTime = (ticket: SimulatedTicket): boolean => {
    const { phase, ready_ms, ended_ms } = stateOf(ticket);
    const deadline = Math.min(ready_ms + ticket.spec.sla.timeout_ms, plans[ticket.plan]?.deadline_ms ?? 0);
    return phase === 'completed' && ended_ms <= deadline;
  };
  const met = tickets.filter(inTime).length;
  const results = plans.map((plan) => planResult(plan, stateOf));
  return {
    ...told,
    makespan_ms,
    lower_bound_ms,
    critical_path_ms: criticalPath({ ...problem, releases: new Float64Array(problem.tasks) }),
    gap_to_lower_bound: gapOf(makespan_ms, lower_bound_ms),
    sla_met: met === tickets.length && results.every(({ deadline_met }) => deadline_met),
    sla_met_ratio: met / tickets.length,
    tickets: tickets.length,
    assignments,
    waits: spreadOf(assignments.map(({ ready_ms, start_ms }) => start_ms - ready_ms)),
    utilisation: utilisationOf(agents, assignments, makespan_ms),
    plans: results,
    failures: {
      attempts: assignments.filter(({ outcome }) => outcome !== 'completed' && outcome !== 'withdrawn').length,
      tickets: tickets.filter((ticket) => stateOf(ticket).phase === 'failed').length,
    },
  };
}

/**
 * Of what was completed, since no schedule of all of it is shorter than its bound; what failed for good or never began has
 * taken no time, and may have been to come later than anything has ended.
 */
function boundOf({ plans, agents, stateOf }: Ran, whole: Problem, makespanMs: number): number {
  const isDone = (ticket: SimulatedTicket): boolean => stateOf(ticket).phase === 'completed';
  if (plans.every(({ tickets }) => tickets.every(isDone))) return lowerBound(whole);
  const done = forecastProblem(plans, agents, (agent, ticket) => (isDone(ticket) ? durationOn(agent, ticket) : 0));
  return Math.min(lowerBound(done), makespanMs);
}

function planResult({ plan, at_ms, deadline_ms, tickets }: ArrivingPlan, stateOf: Ran['stateOf']): SimulatedPlanResult {
  const states = tickets.map(stateOf);
  const completed = states.filter(({ phase }) => phase === 'completed').length;
  const stuck = states.some(({ phase }) => phase === 'open');
  const ended_ms = states.reduce((last, state) => Math.max(last, state.ended_ms), at_ms);
  const done = completed === tickets.length;
  return {
    plan_id: plan.plan_id,
    arrived_ms: at_ms,
    ...(stuck ? {} : { ended_ms, makespan_ms: ended_ms - at_ms }),
    deadline_ms,
    deadline_met: done && ended_ms <= deadline_ms,
    phase: done ? 'completed' : stuck ? 'stuck' : 'failed',
    tickets: tickets.length,
    completed,
  };
}

function spreadOf(values: readonly number[]): Spread {
  const rising = [...values].sort((a, b) => a - b);
  const at = (share: number): number => rising[Math.max(0, Math.ceil(share * rising.length) - 1)] ?? 0;
  const mean_ms = rising.length === 0 ? 0 : rising.reduce((sum, value) => sum + value, 0) / rising.length;
  return { mean_ms, p50_ms: at(0.5), p95_ms: at(0.95), max_ms: rising.at(-1) ?? 0 };
}

function utilisationOf(
  agents: readonly SimulatedAgent[],
  assignments: readonly SimulatedAssignment[],
  makespan: number,
): SimulationResult['utilisation'] {
  const busy = new Map(agents.map(({ agent_id }) => [agent_id, 0]));
  for (const { agent_id, start_ms, end_ms } of assignments)
    busy.set(agent_id, (busy.get(agent_id) ?? 0) + end_ms - start_ms);
  const share = (ms: number, slots: number): number => (makespan === 0 ? 0 : ms / (slots * makespan));
  const slots = agents.reduce((sum, { capacity = 1 }) => sum + capacity, 0);
  return {
    total: share(
      [...busy.values()].reduce((sum, ms) => sum + ms, 0),
      slots,
    ),
    by_agent: Object.fromEntries(
      agents.map(({ agent_id, capacity = 1 }) => [agent_id, share(busy.get(agent_id) ?? 0, capacity)]),
    ),
  };
}

/** null: a bound of 0, since nothing was completed, says nothing of what took a while. */
const gapOf = (makespan: number, bound: number): number | null =>
  bound > 0 ? makespan / bound - 1 : makespan > 0 ? null : 0;
