/**
 * The short way from a plan's machine to an agent: where nobody waits in the pool and a slot is free, a ticket becomes
 * ready and is assigned in one commit, and is never in the queue. That saves half of the writes. It may leave anything
 * undone: what it did not assign goes the long way, which sees to everything else.
 */

import { NONE_OPEN, spareAgents } from '../guard/open-breakers.ts';
import type { PlanState } from '../plan/state.ts';
import type { Match } from '../swarm/match.ts';
import { ticketIdOf } from '../ticket/ids.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { ANY_CAPABILITY } from './any-capability.ts';
import { type AssignDeps, type Assigned, createAssign } from './assign.ts';
import { queueEntryOf, readyEvent } from './become-ready.ts';
import { byAgent } from './by-agent.ts';
import { type DecideDeps, estimatesOf, matchRanked } from './decide.ts';
import { type TicketEntered, wasOpenedAgain } from './enter.ts';
import type { RoundOutcome } from './round.ts';

export interface AssignedEntered {
  /** those that are assigned */
  readonly done: ReadonlySet<TicketEntered>;
  readonly rounds: readonly RoundOutcome[];
}

/** Of messages of one pool. */
export type AssignEntered = (messages: readonly TicketEntered[]) => Promise<AssignedEntered>;

export interface AssignEnteredDeps extends AssignDeps, Omit<DecideDeps, 'shares'> {}

interface Arrival {
  readonly message: TicketEntered;
  readonly ticket: TicketRecord;
}

const NOTHING: AssignedEntered = { done: new Set(), rounds: [] };

export function createAssignEntered(deps: AssignEnteredDeps): AssignEntered {
  const { ledger, queue, agents, strategyInForce, clock, sha256 } = deps;
  const assign = createAssign(deps);

  /** Those entered for the first time that wait for nothing, by ticket. */
  async function arrivalsOf(messages: readonly TicketEntered[]): Promise<Map<string, Arrival>> {
    const found = await Promise.all(
      messages.map(async (message) => {
        const ticket = await ledger.loadTicket(ticketIdOf(message.plan_id, message.task_id, sha256));
        if (ticket?.state.phase !== 'created' || ticket.state.unmet.length > 0 || wasOpenedAgain(ticket)) return [];
        return [{ message, ticket }];
      }),
    );
    return new Map(found.flat().map((arrival) => [arrival.ticket.spec.ticket_id, arrival]));
  }

  const runningPlan = async (planId: string): Promise<PlanState | undefined> => {
    const plan = await ledger.loadPlanState(planId);
    return plan?.cancel === undefined && (plan?.phase === 'running' || plan?.phase === 'accepted') ? plan : undefined;
  };

  return async function assignEntered(messages) {
    const arrivals = await arrivalsOf(messages);
    const [first] = arrivals.values();
    if (first === undefined) return NOTHING;
    const { pool, required_capabilities } = first.ticket.spec;
    // Whoever waits there is first.
    if ((await queue.list(pool, 1)).length > 0) return NOTHING;
    const now = clock.now();
    const entries = [...arrivals.values()].map(({ ticket }) => queueEntryOf(ticket, now));
    const open = (await deps.breakers?.list()) ?? NONE_OPEN;
    const there = await agents.listByCapability(required_capabilities[0] ?? ANY_CAPABILITY);
    const candidates = spareAgents(there, open, now);
    const by = { strategy: await strategyInForce(), estimates: await estimatesOf(deps, pool), now, open };
    const matches = matchRanked(deps, by.strategy.rank(entries, { now }), candidates, by);
    const done = new Set<TicketEntered>();
    const run = async (found: Match): Promise<Assigned | undefined> => {
      const { message, ticket } = arrivals.get(found.entry.ticket_id) as Arrival;
      const plan = await runningPlan(message.plan_id);
      if (plan === undefined) return undefined;
      const ready = readyEvent(found.entry, { task_token: message.task_token });
      const result = await assign(found, ticket, plan, ready);
      // What policies deny is seen to on the long way.
      if (typeof result === 'object') return undefined;
      if (result === 'assigned' || result === 'assigned_untold') done.add(message);
      return result;
    };
    // A failure is met again on the long way, and told there.
    const results = await byAgent(matches, (found) => run(found).catch(() => undefined));
    const undelivered = results.filter((result) => result === 'assigned_untold').length;
    const waiting = entries.length - done.size;
    return { done, rounds: [{ pool, assigned: done.size, waiting, undelivered, more: false }] };
  };
}
