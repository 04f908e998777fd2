/**
 * What if: plans on a swarm, played by discrete events with the product's own decisions. Only time and agents are played;
 * tickets, priorities, matching, retries and what is learnt are what runs in the cloud. Undoing failed plans is left out.
 */

import { pageFor } from '../schedule/decide.ts';
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { Match } from '../swarm/match.ts';
import { createAgenda } from './agenda.ts';
import { durationOn, type LiveAgent, liveAgent } from './agents.ts';
import { attemptOf, nextAttemptAt } from './attempt.ts';
import { checkRequest } from './check.ts';
import { createDecide } from './decide.ts';
import { knowingOf } from './knowledge.ts';
import { createRandom } from './random.ts';
import { type EndedTicket, resultOf } from './result.ts';
import { DEFAULT_STRATEGY, policyOf } from './strategies.ts';
import { type ArrivingPlan, arrivingPlans, entryOf, type SimulatedTicket } from './tickets.ts';
import type {
  SimulatedAgent,
  SimulatedAssignment,
  SimulationDeps,
  SimulationRequest,
  SimulationResult,
} from './types.ts';

interface Live {
  phase: EndedTicket['phase'];
  unmet: number;
  attempts: number;
  failures: number;
  avoid: string[];
  /** when it first became ready; its deadline counts from then */
  ready_ms: number;
  ended_ms: number;
}

type Happening =
  | { readonly kind: 'plan'; readonly plan: number }
  | { readonly kind: 'ready'; readonly ticket: number }
  | { readonly kind: 'end'; readonly running: Running };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Outcome = SimulatedAssignment['outcome'];

/** An attempt that is under way: its end is foreseen, and may yet be another one. */
interface Running {
  readonly ticket: SimulatedTicket;
  readonly assignment: Mutable<SimulatedAssignment>;
}

const firstByKey = (entries: Iterable<QueueEntry>, count: number): QueueEntry[] =>
  [...entries].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count);

/**
 * Runs to the end; the same request gives the same result.
 * @throws HiveError SIMULATION_INVALID (422), detail.faults: every {path, reason}; STRATEGY_UNKNOWN
 */
export function simulate(request: SimulationRequest, deps: SimulationDeps): SimulationResult {
  checkRequest(request);
  const { seed = 1, strategy = DEFAULT_STRATEGY, knows = 'estimates', mode = 'online', agents } = request;
  const { dispatch_ms = 0, enter_ms = 0, overhead_ms = 0 } = request;
  const policy = deps.policy ?? policyOf(strategy);
  const plans = arrivingPlans(request, deps);
  const tickets = plans.flatMap((plan) => plan.tickets);
  const knowing = knowingOf(knows, agents);
  const live = tickets.map(
    ({ predecessors }): Live => ({
      ...{ phase: 'open', unmet: predecessors.length, attempts: 0, failures: 0, avoid: [], ready_ms: 0, ended_ms: 0 },
    }),
  );
  const everything = [...new Set(tickets.flatMap(({ spec }) => spec.required_capabilities))];
  const records = new Map(agents.map((agent) => [agent.agent_id, liveAgent(agent, everything)]));
  const byId = new Map(agents.map((agent) => [agent.agent_id, agent]));
  const numbers = new Map(tickets.map(({ spec, index }) => [spec.ticket_id, index]));
  const liveOf = (index: number): Live => live[index] as Live;
  const ticketOf = (index: number): SimulatedTicket => tickets[index] as SimulatedTicket;
  const isOpen = (ticketId: string): boolean => live[numbers.get(ticketId) ?? -1]?.phase === 'open';
  const decide = createDecide({ request, policy, plans, agents, knowing, isOpen });
  const retryRandom = createRandom(seed ^ 0x7e7);
  const agenda = createAgenda<Happening>();
  const waiting = new Map<string, QueueEntry>();
  const assignments: SimulatedAssignment[] = [];
  const atWork = new Map<number, Running>();
  const halted = new Set<number>();
  let free = [...records.values()].reduce((sum, { capacity }) => sum + capacity, 0);

  function becomeReady(ticket: SimulatedTicket, now: number): void {
    const state = liveOf(ticket.index);
    if (state.phase !== 'open') return;
    if (state.attempts === 0) state.ready_ms = now;
    const plan = plans[ticket.plan] as ArrivingPlan;
    const entry = entryOf(ticket, plan, { ...state, ready_ms: now }, knowing.estimateOf(ticket));
    waiting.set(ticket.spec.ticket_id, entry);
  }

  function start({ entry, agent }: Match, now: number): void {
    const ticket = ticketOf(numbers.get(entry.ticket_id) as number);
    const state = liveOf(ticket.index);
    const record = records.get(agent.agent_id) as LiveAgent;
    const simulated = byId.get(agent.agent_id) as SimulatedAgent;
    state.attempts += 1;
    waiting.delete(entry.ticket_id);
    free -= 1;
    const { plan_id, task_id, ticket_id } = ticket.spec;
    record.held[ticket_id] = {
      ...{ plan_id, task_id, attempt: state.attempts, since: now },
      ...{ expected_ms: entry.estimated_duration_ms, task_type: entry.task_type },
    };
    const start_ms = now + dispatch_ms;
    const full = durationOn(simulated, ticket);
    const { outcome, duration_ms } = attemptOf(request, simulated, ticket, state.attempts, full);
    const assignment: Mutable<SimulatedAssignment> = {
      ...{ plan_id, task_id, ticket_id, agent_id: agent.agent_id, attempt: state.attempts },
      ...{ ready_ms: entry.ready_at, start_ms, end_ms: start_ms + duration_ms + overhead_ms, outcome },
    };
    assignments.push(assignment);
    const running = { ticket, assignment };
    atWork.set(ticket.index, running);
    agenda.put(assignment.end_ms, { kind: 'end', running });
  }

  function end(running: Running, now: number): void {
    const { ticket, assignment } = running;
    if (atWork.get(ticket.index) !== running) return;
    leave(running);
    const { agent_id, start_ms, outcome } = assignment;
    const state = liveOf(ticket.index);
    knowing.note(agent_id, ticket, outcome === 'completed' ? 'success' : 'failure', now - start_ms, now);
    if (outcome === 'completed') {
      [state.phase, state.ended_ms] = ['completed', now];
      for (const next of ticket.successors) {
        liveOf(next).unmet -= 1;
        if (liveOf(next).unmet > 0) continue;
        if (enter_ms > 0) agenda.put(now + enter_ms, { kind: 'ready', ticket: next });
        else becomeReady(ticketOf(next), now);
      }
      return;
    }
    const again = halted.has(ticket.plan) ? undefined : retry(ticket, outcome, now);
    state.failures += 1;
    state.avoid = [...state.avoid.filter((id) => id !== agent_id), agent_id];
    if (again !== undefined) agenda.put(again, { kind: 'ready', ticket: ticket.index });
    else failForGood(ticket, now);
  }

  const retry = (ticket: SimulatedTicket, cause: Outcome, now: number): number | undefined =>
    cause === 'completed' || cause === 'withdrawn'
      ? undefined
      : nextAttemptAt(request, ticket, liveOf(ticket.index).failures, cause, now, retryRandom());

  function leave({ ticket, assignment }: Running): void {
    delete (records.get(assignment.agent_id) as LiveAgent).held[ticket.spec.ticket_id];
    atWork.delete(ticket.index);
    free += 1;
  }

  /**
   * The plan goes on without what depends on it (`continue`), or nothing of the plan is begun any more: what runs may finish
   * (`halt`) or is taken from its agents, since all is to be undone (`compensate`).
   */
  function failForGood(ticket: SimulatedTicket, now: number): void {
    const state = liveOf(ticket.index);
    [state.phase, state.ended_ms] = ['failed', now];
    const plan = plans[ticket.plan] as ArrivingPlan;
    const { on_failure } = plan.plan;
    if (on_failure !== 'continue') halted.add(ticket.plan);
    for (const { index, spec } of on_failure === 'continue' ? dependantsOf(ticket) : plan.tickets) {
      const other = liveOf(index);
      const running = atWork.get(index);
      if (other.phase !== 'open' || (running !== undefined && on_failure === 'halt')) continue;
      [other.phase, other.ended_ms] = ['cancelled', now];
      waiting.delete(spec.ticket_id);
      if (running === undefined) continue;
      leave(running);
      const { assignment } = running;
      [assignment.outcome, assignment.end_ms] = ['withdrawn', now];
      assignment.start_ms = Math.min(assignment.start_ms, now);
    }
  }

  function dependantsOf(ticket: SimulatedTicket): Set<SimulatedTicket> {
    const found = new Set<SimulatedTicket>();
    const open = [...ticket.successors];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const next = ticketOf(index);
      if (found.has(next)) continue;
      found.add(next);
      open.push(...next.successors);
    }
    return found;
  }

  function happen(what: Happening, now: number): void {
    if (what.kind === 'end') end(what.running, now);
    else if (what.kind === 'ready') becomeReady(ticketOf(what.ticket), now);
    else arrive(plans[what.plan] as ArrivingPlan, now);
  }

  function arrive(plan: ArrivingPlan, now: number): void {
    decide.arrive(plan, now);
    for (const ticket of plan.tickets) if (liveOf(ticket.index).unmet === 0) becomeReady(ticket, now);
  }

  plans.forEach(({ at_ms }, plan) => {
    agenda.put(at_ms, { kind: 'plan', plan });
  });
  for (let now = agenda.next(); now !== undefined; now = agenda.next()) {
    while (agenda.next() === now) happen(agenda.take() as Happening, now);
    if (free === 0 || waiting.size === 0) continue;
    for (const record of records.values()) record.heartbeat_at = now;
    const page = pageFor(free);
    const looked =
      mode === 'online' && waiting.size > page ? firstByKey(waiting.values(), page) : [...waiting.values()];
    for (const match of decide.round(looked, [...records.values()], now)) start(match, now);
  }
  return resultOf(
    { plans, agents, assignments, stateOf: ({ index }) => liveOf(index) },
    { strategy, seed, mode, knows },
  );
}
