/** How a simulation's rounds decide: a policy of the product, or a schedule that is followed; with ranks by forecasts. */
import { seededRandom } from '../predict/seeded.ts';
import { FORECAST_BUDGET, forecastRanks, mayForecast, rankOf } from '../schedule/forecast-ranks.ts';
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { Shares } from '../schedule/strategy/strategy.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { Match } from '../swarm/match.ts';
import { meanDuration } from '../trail/predict.ts';
import { createFollow } from './follow.ts';
import { forecastProblem, slotsOf } from './forecast.ts';
import type { Knowing } from './knowledge.ts';
import { bestOfBuilders } from './plan-ahead.ts';
import { createRandom } from './random.ts';
import type { ArrivingPlan, SimulatedTicket } from './tickets.ts';
import type { Policy, SimulatedAgent, SimulationRequest } from './types.ts';

export interface Decide {
  /** a plan has arrived */
  arrive(plan: ArrivingPlan, now: number): void;
  /** one round */
  round(entries: readonly QueueEntry[], agents: readonly AgentRecord[], now: number): Match[];
}

export interface DecideDeps {
  readonly request: SimulationRequest;
  readonly policy: Policy;
  readonly plans: readonly ArrivingPlan[];
  readonly agents: readonly SimulatedAgent[];
  readonly knowing: Knowing;
  readonly isOpen: (ticketId: string) => boolean;
}

/** Schedules that a planned simulation builds at most, unless it is told otherwise. */
export const PLANNING_SCHEDULES = 1000;
/** Draws of the deciding are apart from those of what happens. */
const OF_DECIDING = 0x5eed;

export function createDecide({ request, policy, plans, agents, knowing, isOpen }: DecideDeps): Decide {
  const { seed = 1, knows = 'estimates', exploration = knows === 'learns', mode = 'online', forecasts } = request;
  const random = createRandom(seed ^ OF_DECIDING);
  const online = policy.matcher(exploration);
  const expectedOn = (now: number) => {
    const estimates = knowing.at(now);
    return (agent: SimulatedAgent, ticket: SimulatedTicket): number =>
      Math.max(1, Math.round(meanDuration(estimates(agent.agent_id, ticket.kind), knowing.estimateOf(ticket))));
  };
  /** ms from a ticket's beginning to its plan's end */
  const remaining = new Map<string, number>();
  const slots = slotsOf(agents).length;
  let shares: Shares | undefined;

  function rankByForecasts(plan: ArrivingPlan, now: number): void {
    const alone = { ...plan, at_ms: 0, tickets: renumbered(plan.tickets) };
    const problem = forecastProblem([alone], agents, expectedOn(now));
    const budget =
      forecasts === undefined ? FORECAST_BUDGET : { schedules: forecasts, steps: Number.POSITIVE_INFINITY };
    const ranks = forecastRanks(problem, seededRandom(plan.plan.plan_id), budget);
    for (const [at, { spec }] of plan.tickets.entries()) remaining.set(spec.ticket_id, rankOf(ranks, at));
  }

  function planAhead() {
    const problem = forecastProblem(plans, agents, expectedOn(0));
    const schedules = request.budget?.schedules ?? PLANNING_SCHEDULES;
    const { schedule } = bestOfBuilders(problem, schedules, random);
    const tickets = plans.flatMap((plan) => plan.tickets.map(({ spec }) => spec.ticket_id));
    const agentOfSlots = slotsOf(agents).map((agent) => agents[agent]?.agent_id ?? '');
    return createFollow({ schedule, agents: agentOfSlots, tickets, isOpen }, online);
  }
  const follow = mode === 'planned' ? planAhead() : undefined;

  return {
    arrive(plan, now) {
      const ranked = forecasts === undefined ? mayForecast(plan.tickets.length, slots) : forecasts > 0;
      if (mode === 'online' && ranked) rankByForecasts(plan, now);
    },
    round(entries, records, now) {
      const known = { now, estimates: knowing.at(now), random };
      if (follow !== undefined) return follow(entries, records, known);
      const context = { now, shares, predictRemaining: ({ ticket_id }: QueueEntry) => remaining.get(ticket_id) };
      const ranked = policy.strategy.rank(entries, context);
      const inOrder = ranked.map(({ entry }) => entry);
      const matches = online(inOrder, records, known);
      const assigned = new Set(matches.map(({ entry }) => entry.ticket_id));
      shares = policy.strategy.charge({ ranked, assigned, open: new Set(), cursors: {} }, context);
      return matches;
    },
  };
}

/** Its tickets by their place in the plan. */
function renumbered(tickets: readonly SimulatedTicket[]): SimulatedTicket[] {
  const first = tickets[0]?.index ?? 0;
  const less = (numbers: readonly number[]): number[] => numbers.map((number) => number - first);
  return tickets.map((ticket) => ({
    ...ticket,
    ...{ index: ticket.index - first, plan: 0 },
    ...{ predecessors: less(ticket.predecessors), successors: less(ticket.successors) },
  }));
}
