/** Tickets meet agents: what each choice costs is learnt (trails), what is chosen is the least in sum, and told. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { Match, Matcher } from '../match.ts';
import { ASSIGN_SETTINGS, type AssignSettings, assign } from './assignment/assign.ts';
import { type Costs, NONE } from './assignment/costs.ts';
import { createBeliefs, type Exploration } from './belief.ts';
import { COST_SETTINGS, type CostSettings, costOf } from './cost.ts';
import { createEligible } from './eligible.ts';
import { CANDIDATES_TOLD, type Candidate, explain } from './explain.ts';
import { prune } from './prune.ts';
import { type RoundOf, roundCosts } from './round-costs.ts';
import { slotsOf } from './slots.ts';

export interface MatcherSettings {
  readonly cost: CostSettings;
  readonly exploration: Exploration;
  readonly assign: AssignSettings;
  /** tickets × slots that a round looks at before slots are left out */
  readonly cells: number;
  /** told with each assignment */
  readonly strategy: string;
}

export const MATCHER_SETTINGS: MatcherSettings = {
  cost: COST_SETTINGS,
  exploration: 'thompson',
  assign: ASSIGN_SETTINGS,
  cells: 2e6,
  strategy: 'expected-completion',
};

/**
 * Minimises the expected time until the tickets are done, in sum over the round (see `costOf`, `assign`). The same tickets,
 * agents, estimates and draws give the same matches.
 */
export function createMatcher(changes: Partial<MatcherSettings> = {}): Matcher {
  const settings: MatcherSettings = { ...MATCHER_SETTINGS, ...changes };
  // The largest matrix so far: memory that is new costs as much as the numbers in it.
  let room: Float64Array = new Float64Array(0);
  return (entries, agents, context) => {
    if (entries.length === 0) return [];
    const { now } = context;
    const eligible = createEligible(agents, now);
    const { slots, zones } = slotsOf(agents, entries.length);
    if (slots.length === 0) return [];
    const beliefs = context.beliefs ?? createBeliefs(context, settings.exploration);
    const all: RoundOf = { entries, agents, slots, zones, now, eligible, beliefs, settings: settings.cost };
    const round = entries.length * slots.length > settings.cells ? { ...all, slots: prune(all) } : all;
    const costs = roundCosts(round, room);
    if (costs.cells.length > room.length) room = costs.cells;
    const { columnOf, method } = assign(costs, settings.assign);
    return entries.flatMap((entry, row): Match[] => {
      const column = columnOf[row] as number;
      const chosen = column === NONE ? undefined : candidateAt(round, entry, column);
      if (chosen === undefined) return [];
      const choice = {
        ...{ entry, position: row, queue_length: entries.length, chosen },
        others: nextBest(round, costs, row, column),
        method: entries.length === 1 ? ('single' as const) : method,
      };
      return [{ entry, agent: chosen.agent, explanation: explain(choice, settings.strategy, context) }];
    });
  };
}

function candidateAt({ slots, beliefs, settings }: RoundOf, entry: QueueEntry, column: number): Candidate | undefined {
  const slot = slots[column];
  if (slot === undefined) return undefined;
  const belief = beliefs(slot.agent.agent_id, entry.task_type);
  return { agent: slot.agent, free: slot.free, cost: costOf(entry, slot.agent, belief, slot, settings) };
}

/** The cheapest slots of other agents, each agent once. */
function nextBest(round: RoundOf, { cells, columns }: Costs, row: number, chosen: number): Candidate[] {
  const offset = row * columns;
  const { slots } = round;
  const own = slots[chosen]?.agent;
  const best: number[] = [];
  let worst = Infinity;
  for (let column = 0; column < columns; column++) {
    const cost = cells[offset + column] as number;
    if (cost >= worst) continue;
    const agent = slots[column]?.agent;
    // Slots of an agent lie side by side, the cheapest first.
    if (agent === own || best.some((other) => slots[other]?.agent === agent)) continue;
    let place = best.length;
    while (place > 0 && (cells[offset + (best[place - 1] as number)] as number) > cost) place--;
    best.splice(place, 0, column);
    if (best.length === CANDIDATES_TOLD) best.pop();
    if (best.length === CANDIDATES_TOLD - 1) worst = cells[offset + (best.at(-1) as number)] as number;
  }
  const entry = round.entries[row] as QueueEntry;
  return best.map((column) => candidateAt(round, entry, column) as Candidate);
}
