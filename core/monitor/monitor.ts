/** All that the Monitoring API reads, over whichever protocol. */
import type { StrategyView } from '../messages/strategy-api.ts';
import type { TicketExplanation } from '../messages/ticket-explanation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { createGetAgent, createListAgents } from './agents.ts';
import { createGetIncident, createListIncidents } from './incidents.ts';
import { createGetPlan, createListPlans } from './plans.ts';
import { createGetTicket, createListTickets } from './tickets.ts';
import { createTimeline } from './timeline.ts';
import { createFollowPlan, createWatchPlan } from './watch.ts';

export interface MonitorDeps {
  readonly reader: PlanReader;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** @throws HiveError TICKET_UNKNOWN (404) */
  readonly explainTicket: (ticketId: string) => Promise<TicketExplanation>;
  readonly getStrategy: () => Promise<StrategyView>;
}

export type Monitor = ReturnType<typeof createMonitor>;

export function createMonitor(deps: MonitorDeps) {
  const timeline = createTimeline(deps);
  const watching = { ...deps, timeline };
  return {
    listPlans: createListPlans(deps),
    getPlan: createGetPlan(deps),
    timeline,
    watchPlan: createWatchPlan(watching),
    followPlan: createFollowPlan(watching),
    listTickets: createListTickets(deps),
    getTicket: createGetTicket(deps),
    explainTicket: deps.explainTicket,
    getStrategy: deps.getStrategy,
    listAgents: createListAgents(deps),
    getAgent: createGetAgent(deps),
    listIncidents: createListIncidents(deps),
    getIncident: createGetIncident(deps),
  };
}
