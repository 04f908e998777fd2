/** Ours and its peers, each from a case to a makespan (ms). Peers know the same durations and machines. */
import { sha256 } from '../../adapters/system/digest.ts';
import { dispatch } from '../../core/schedule/search/dispatch.ts';
import { insertion } from '../../core/schedule/search/insertion.ts';
import { average, type Problem, problemOf, upwardCosts } from '../../core/schedule/search/problem.ts';
import { createRandom } from '../../core/simulate/random.ts';
import { simulate } from '../../core/simulate/simulate.ts';
import type { SimulationRequest } from '../../core/simulate/types.ts';
import type { Case } from './cases.ts';

export interface Scheduler {
  readonly name: string;
  readonly ours: boolean;
  readonly run: (of: Case, seed: number) => number;
}

const RESTARTS = 300;
/** Random restarts move each rank by up to this share of itself. */
const SPREAD = 0.1;

export const SCHEDULERS: readonly Scheduler[] = [
  ours('online: as deployed', {}),
  ours('online: upward rank', { forecasts: 0 }),
  ours('online: one forward-backward pass', { forecasts: 3 }),
  ours('planned: 300 schedules', { mode: 'planned', budget: { schedules: 300 } }),
  ours('planned: 1000 schedules', { mode: 'planned', budget: { schedules: 1000 } }),
  { name: 'peer: critical-path list', ours: false, run: (of) => dispatch(problem(of), upward(of)).makespan },
  { name: 'peer: HEFT (insertion)', ours: false, run: (of) => insertion(problem(of), upward(of)).makespan },
  { name: `peer: ${RESTARTS} random restarts`, ours: false, run: restarts },
];

/** The product's own rounds, played. */
function ours(name: string, changes: Partial<SimulationRequest>): Scheduler {
  return {
    name,
    ours: true,
    run({ plan, machines }, seed) {
      const agents = Array.from({ length: machines }, (_, at) => ({ agent_id: `agent-${at}` }));
      const request = { plans: [{ plan }], agents, seed, knows: 'durations' as const, timeouts: false, ...changes };
      return simulate(request, { sha256 }).makespan_ms;
    },
  };
}

const problems = new WeakMap<Case, Problem>();

function problem(of: Case): Problem {
  const known = problems.get(of);
  if (known !== undefined) return known;
  const numbers = new Map(of.plan.tasks.map(({ task_id }, at) => [task_id, at]));
  const found = problemOf(
    of.plan.tasks.map(({ dependencies }) => dependencies.map((id) => numbers.get(id) as number)),
    of.plan.tasks.map(({ estimated_duration_ms = 0 }) => new Float64Array(of.machines).fill(estimated_duration_ms)),
    of.machines,
  );
  problems.set(of, found);
  return found;
}

const upward = (of: Case): Float64Array => upwardCosts(problem(of), average(problem(of)));

function restarts(of: Case, seed: number): number {
  const random = createRandom(seed);
  const rank = upward(of);
  let best = dispatch(problem(of), rank).makespan;
  for (let restart = 0; restart < RESTARTS; restart++) {
    const moved = rank.map((value) => value * (1 + 2 * SPREAD * (random() - 0.5)));
    best = Math.min(best, dispatch(problem(of), moved).makespan);
  }
  return best;
}
