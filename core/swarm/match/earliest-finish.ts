/**
 * Tickets in their order, each to the agent that is expected to be done with it first at the least cost, busy ones included:
 * earliest finish time, as in HEFT (Topcuoglu, Hariri & Wu 2002), decided one round at a time by what is known then. Where
 * that agent is busy the ticket stays in the queue, and the agent's next free time moves on for those that come after, so
 * any number of tickets wait for a fast agent while a slow one is better left alone. It is shortest expected delay with a
 * central queue: nothing is promised to a ticket that waits, and the next round decides anew.
 *
 * `core/schedule/search/dispatch.ts` forecasts a whole plan by this rule.
 */
import { AGING } from '../../schedule/aging.ts';
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { Estimates } from '../../trail/estimate.ts';
import { type AgentRecord, freeSlots } from '../agent.ts';
import type { Match, Matcher } from '../match.ts';
import { remainingDuration } from '../wait.ts';
import { createBeliefs, type Exploration } from './belief.ts';
import { COST_SETTINGS, type CostSettings, costOf } from './cost.ts';
import { avoidsStrictly, createEligible, holds } from './eligible.ts';
import { CANDIDATES_TOLD, type Candidate, explain } from './explain.ts';

export interface EarliestFinishSettings {
  readonly cost: CostSettings;
  readonly exploration: Exploration;
  /**
   * What a ticket waits for a busy agent at most, all in all, while another one is free: so many of its own estimates, or
   * until it is overdue (aging), whichever is longer
   */
  readonly at_most: number;
  /** told with each assignment */
  readonly strategy: string;
}

export const EARLIEST_FINISH_SETTINGS: EarliestFinishSettings = {
  cost: COST_SETTINGS,
  exploration: 'thompson',
  at_most: Number.POSITIVE_INFINITY,
  strategy: 'earliest-finish',
};

interface Seat extends Candidate {
  readonly at: Timetable;
}

interface Timetable {
  readonly agent: AgentRecord;
  /** slots that are free and not given away in this round */
  free: number;
  /** expected ms from now until each slot is free */
  readonly slots: number[];
}

export function createEarliestFinish(changes: Partial<EarliestFinishSettings> = {}): Matcher {
  const settings: EarliestFinishSettings = { ...EARLIEST_FINISH_SETTINGS, ...changes };
  return (entries, agents, context) => {
    const { now, estimates } = context;
    const eligible = createEligible(agents, now);
    const beliefs = context.beliefs ?? createBeliefs(context, settings.exploration);
    const tables = new Map(agents.map((agent) => [agent.agent_id, timetableOf(agent, estimates, now)]));
    let free = [...tables.values()].reduce((sum, table) => sum + table.free, 0);

    function seatsFor(entry: QueueEntry): Seat[] {
      const able = eligible(entry).filter((agent) => !holds(agent, entry));
      const strictly = avoidsStrictly(entry, able, now);
      const allowed = strictly ? able.filter(({ agent_id }) => !entry.avoid.includes(agent_id)) : able;
      const priced = allowed.map((agent): Seat => {
        const at = tables.get(agent.agent_id) as Timetable;
        const wait_ms = soonest(at.slots);
        const taken = (agent.capacity - Math.max(1, at.free)) / agent.capacity;
        const cost = costOf(
          entry,
          agent,
          beliefs(agent.agent_id, entry.task_type),
          { wait_ms, taken, taken_in_zone: 0 },
          settings.cost,
        );
        return { agent, free: at.free, cost, at };
      });
      const seats = priced.some(({ agent, free }) => free > 0 && !entry.avoid.includes(agent.agent_id))
        ? priced
        : priced.map(withoutAvoiding);
      if (settings.at_most === Number.POSITIVE_INFINITY) return seats;
      const waited = now - entry.ready_at;
      const bound = Math.max(settings.at_most * entry.estimated_duration_ms, AGING.bound_ms[entry.customer_tier]);
      const soon = seats.filter(({ cost: { wait_ms } }) => wait_ms <= 0 || waited + wait_ms <= bound);
      return soon.some(({ free }) => free > 0) ? soon : seats;
    }

    const matches: Match[] = [];
    for (const [position, entry] of entries.entries()) {
      if (free === 0) break;
      const seats = seatsFor(entry);
      const chosen = leastOf(seats);
      if (chosen === undefined) continue;
      const { at, cost } = chosen;
      at.slots[at.slots.indexOf(cost.wait_ms)] = cost.wait_ms + cost.duration_ms;
      if (cost.wait_ms > 0) continue;
      at.free -= 1;
      free -= 1;
      const others = nextOf(seats, chosen);
      const choice = { entry, position, queue_length: entries.length, chosen, others, method: 'greedy' as const };
      matches.push({ entry, agent: at.agent, explanation: explain(choice, settings.strategy, context) });
    }
    return matches;
  };
}

/** With no other one free it is the busy ones that it is held against, and it has been left alone for long enough. */
const withoutAvoiding = (seat: Seat): Seat => ({
  ...seat,
  cost: { ...seat.cost, cost_ms: seat.cost.cost_ms - seat.cost.avoid_ms, avoid_ms: 0 },
});

function timetableOf(agent: AgentRecord, estimates: Estimates, now: number): Timetable {
  const held = Object.values(agent.held).map(({ since = now, expected_ms = 1, task_type = '' }) =>
    Math.max(
      SOON_MS,
      remainingDuration({
        estimate: estimates(agent.agent_id, task_type),
        estimated_ms: Math.max(1, expected_ms),
        elapsed_ms: Math.max(0, now - since),
      }),
    ),
  );
  const free = Math.max(0, freeSlots(agent));
  return { agent, free, slots: [...held, ...Array.from({ length: free }, () => 0)] };
}

function soonest(slots: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const ms of slots) if (ms < least) least = ms;
  return least;
}

/** A slot that is taken is not free yet, however soon. */
const SOON_MS = 1;

/** Of equal ones a free one, and the first of those. */
function leastOf(seats: readonly Seat[]): Seat | undefined {
  let least: Seat | undefined;
  for (const seat of seats) if (least === undefined || isBetter(seat, least)) least = seat;
  return least;
}

const isBetter = ({ cost: a }: Seat, { cost: b }: Seat): boolean =>
  a.cost_ms < b.cost_ms || (a.cost_ms === b.cost_ms && a.wait_ms < b.wait_ms);

/** The next best, the best first: found by insertion, since they are few. */
function nextOf(seats: readonly Seat[], chosen: Seat): Candidate[] {
  const best: Seat[] = [];
  for (const seat of seats) {
    const last = best[CANDIDATES_TOLD - 2];
    if (seat === chosen || (last !== undefined && seat.cost.cost_ms >= last.cost.cost_ms)) continue;
    const at = best.findIndex(({ cost }) => seat.cost.cost_ms < cost.cost_ms);
    best.splice(at < 0 ? best.length : at, 0, seat);
    best.length = Math.min(best.length, CANDIDATES_TOLD - 1);
  }
  return best;
}
