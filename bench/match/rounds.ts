/** Whole rounds: how long, and how much dearer than the optimum, which a dense exact solver finds in the same run. */
import { ASSIGN_SETTINGS, assign } from '../../core/swarm/match/assignment/assign.ts';
import { type Assigned, type Costs, totalCost } from '../../core/swarm/match/assignment/costs.ts';
import { exchangePairs, greedy } from '../../core/swarm/match/assignment/greedy.ts';
import { serveInOrder } from '../../core/swarm/match/assignment/served.ts';
import { shortestPaths } from '../../core/swarm/match/assignment/shortest-paths.ts';
import { createBeliefs } from '../../core/swarm/match/belief.ts';
import { COST_SETTINGS } from '../../core/swarm/match/cost.ts';
import { createEligible } from '../../core/swarm/match/eligible.ts';
import { createMatcher } from '../../core/swarm/match/matcher.ts';
import { roundCosts } from '../../core/swarm/match/round-costs.ts';
import { slotsOf } from '../../core/swarm/match/slots.ts';
import { NOW } from '../../test/support/plans.ts';
import { seeded } from '../support/random-plans.ts';
import { queueOf, type SwarmOf, swarmOf } from './swarm.ts';

export interface RoundOf extends SwarmOf {
  readonly name: string;
  readonly tickets: number;
  /** times are processor time, garbage collection included, the least of so many: what the machine does besides is not the solver's */
  readonly repeats: number;
}

export interface Rounded {
  readonly round: string;
  readonly tickets: number;
  readonly slots: number;
  readonly served: number;
  readonly method: string;
  /** costs, draws, assignment and explanations */
  readonly whole_ms: number;
  /** from beliefs that are there: slots and costs, the assignment, and both */
  readonly costs_ms: number;
  readonly assign_ms: number;
  readonly round_ms: number;
  readonly gap: number;
  /** by the bound that came out of the same assignment */
  readonly proven_gap: number;
  /** one look at every cell (`pass`), in the same moments: what the machine was like */
  readonly pass_ms: number;
  readonly greedy_ms: number;
  readonly greedy_gap: number;
  /** where nothing may be auctioned or sampled: the longest first, and all pairs exchange */
  readonly fallback_ms: number;
  readonly fallback_gap: number;
  readonly exchanged_ms: number;
  readonly exchanged_gap: number;
  readonly exact_ms: number;
}

export function round(of: RoundOf): Rounded {
  const swarm = swarmOf(of);
  const entries = queueOf(of, swarm);
  const { agents, estimates } = swarm;
  const beliefs = createBeliefs({ estimates, random: seeded(of.seed) }, 'thompson');
  const eligible = createEligible(agents, NOW);
  let room: Float64Array | undefined;
  const make = (): Costs => {
    const { slots, zones } = slotsOf(agents, of.tickets);
    const costs = roundCosts(
      { entries, agents, slots, zones, now: NOW, eligible, beliefs, settings: COST_SETTINGS },
      room,
    );
    // As the matcher does, which keeps its memory from round to round.
    room = costs.cells;
    return costs;
  };
  const match = createMatcher();
  return measure(of, make, () => {
    match(entries, agents, { now: NOW, estimates, random: seeded(of.seed) });
  });
}

/** Costs without any structure: not what agents are like, but what solvers are compared by. */
export function uniformRound(of: RoundOf): Rounded {
  const random = seeded(of.seed);
  const cells = Float64Array.from({ length: of.tickets * of.agents }, () => 1000 * random());
  return measure(of, () => ({ rows: of.tickets, columns: of.agents, cells }), undefined);
}

function measure(of: RoundOf, make: () => Costs, whole: (() => void) | undefined): Rounded {
  const costs = make();
  const start = performance.now();
  const optimum = totalCost(costs, shortestPaths(costs).columnOf);
  const exact_ms = performance.now() - start;
  // By turns, so that all of them meet the quick moments of the machine.
  const [made, solved, looked] = leastTimes([make, () => assign(costs), () => pass(costs)], of.repeats);
  const few = Math.ceil(of.repeats / 4);
  const exchange = (): Assigned => {
    const columnOf = servedGreedily(costs);
    exchangePairs(costs, columnOf, [...columnOf.keys()], { passes: 2, pairs: costs.rows ** 2 });
    return columnOf;
  };
  const [plain, exchanged] = leastTimes([() => servedGreedily(costs), exchange], few);
  const fallBack = () => assign(costs, { ...ASSIGN_SETTINGS, exact_cells: 0, auction_cells: 0, agreement: Infinity });
  const [fallen] = leastTimes([fallBack], few);
  const [all] = whole === undefined ? [Number.NaN] : leastTimes([whole], few);
  const { columnOf, method, bound } = assign(costs);
  const gapOf = (columnOf: Assigned): number => totalCost(costs, columnOf) / optimum - 1;
  return {
    ...{ round: of.name, tickets: costs.rows, slots: costs.columns, method },
    served: columnOf.filter((column) => column >= 0).length,
    ...{ whole_ms: all as number, costs_ms: made as number },
    ...{ assign_ms: solved as number, round_ms: (made as number) + (solved as number) },
    gap: gapOf(columnOf),
    proven_gap: totalCost(costs, columnOf) / bound - 1,
    pass_ms: looked as number,
    ...{ greedy_ms: plain as number, greedy_gap: gapOf(servedGreedily(costs)) },
    ...{ fallback_ms: fallen as number, fallback_gap: gapOf(fallBack().columnOf) },
    ...{ exchanged_ms: exchanged as number, exchanged_gap: gapOf(exchange()), exact_ms },
  };
}

/** Of each, the least processor time of so many runs, in ms. */
function leastTimes(runs: readonly (() => unknown)[], repeats: number): number[] {
  const least = runs.map(() => Infinity);
  for (let n = 0; n < repeats; n++)
    runs.forEach((run, nth) => {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      least[nth] = Math.min(least[nth] as number, (user + system) / 1000);
    });
  return least;
}

/** Sums the least cost of each row: a fixed amount of work to read the other times by. */
function pass({ rows, columns, cells }: Costs): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let least = Infinity;
    for (let at = row * columns, end = at + columns; at < end; at++)
      if ((cells[at] as number) < least) least = cells[at] as number;
    sum += least;
  }
  return sum;
}

/** First come, first served, and whoever that leaves out is fitted in. */
function servedGreedily(costs: Costs): Assigned {
  const columnOf = greedy(costs, Array.from({ length: costs.rows }).keys());
  serveInOrder(costs, columnOf, columnOf.keys());
  return columnOf;
}
