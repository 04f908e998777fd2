/** Ranks a plan's tasks on the swarm as it is: which agents there are for them, and how fast they are believed to be. */
import type { CognitivePlan, PlanTask } from '../messages/cognitive-plan.ts';
import { securityLevel } from '../messages/primitives.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Sha256 } from '../ports/digest.ts';
import { seededRandom } from '../predict/seeded.ts';
import { ANY_CAPABILITY } from '../schedule/any-capability.ts';
import { FORECAST_BUDGET, type ForecastBudget, forecastRanks, mayForecast } from '../schedule/forecast-ranks.ts';
import { problemOf } from '../schedule/search/problem.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import { createEligible } from '../swarm/match/eligible.ts';
import { type Estimates, neutral } from '../trail/estimate.ts';
import { meanDuration } from '../trail/predict.ts';
import type { ReadEstimates } from '../trail/read-estimates.ts';
import { poolOf } from './compile/index.ts';
import { PLAN_SETTINGS } from './limits.ts';

/**
 * What cannot be read fails nothing: without ranks a plan runs as well, by its own estimates.
 * @param now epoch ms
 * @returns `forecastRanks` by the plan's order of tasks; undefined where a task has no agent, or the budget no room
 */
export type RankPlan = (plan: CognitivePlan, now: number) => Promise<readonly number[] | undefined>;

export interface RankPlanDeps {
  agents: Pick<AgentRegistry, 'listByCapability'>;
  /** what is known of a pool's agents */
  readEstimates: ReadEstimates;
  sha256: Sha256;
  /** of a task that has no estimate, ms */
  default_estimate_ms?: number;
  budget?: ForecastBudget;
}

/** Each pool of a plan costs reads: of its agents, and of their trails. */
const MAX_POOLS = 16;

interface Swarm {
  readonly agents: readonly AgentRecord[];
  readonly estimatesOf: (pool: string) => Estimates;
}

export function createRankPlan(deps: RankPlanDeps): RankPlan {
  const { agents, readEstimates, sha256, budget = FORECAST_BUDGET } = deps;
  const { default_estimate_ms = PLAN_SETTINGS.default_estimate_ms } = deps;

  async function swarmFor(pools: ReadonlyMap<string, readonly string[]>): Promise<Swarm> {
    const capabilities = new Set([...pools.values()].map(([first]) => first ?? ANY_CAPABILITY));
    const known = new Map<string, Estimates>();
    const [listed] = await Promise.all([
      Promise.all([...capabilities].map((capability) => agents.listByCapability(capability))),
      Promise.all([...pools.keys()].map(async (pool) => known.set(pool, await readEstimates(pool)))),
    ]);
    // The same order each time: equal schedules are told apart by it.
    const byId = new Map(listed.flat().map((agent) => [agent.agent_id, agent]));
    const sorted = [...byId.values()].sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
    return { agents: sorted, estimatesOf: (pool) => known.get(pool) ?? neutral };
  }

  function ranksOn(plan: CognitivePlan, { agents, estimatesOf }: Swarm, now: number): number[] | undefined {
    const security_level = securityLevel.parse(plan.original_security_level.toUpperCase());
    const eligible = createEligible(agents, now);
    const { tenant_id } = plan;
    const ableFor = plan.tasks.map(({ required_capabilities }) =>
      eligible({ required_capabilities, security_level, tenant_id }),
    );
    if (ableFor.some((able) => able.length === 0)) return undefined;
    const able = new Set(ableFor.flat());
    const usable = agents.filter((agent) => able.has(agent));
    const count = usable.reduce((sum, { capacity }) => sum + capacity, 0);
    if (!mayForecast(plan.tasks.length, count, budget)) return undefined;
    const slots = usable.flatMap((agent) => Array.from({ length: agent.capacity }, () => agent));
    const durations = plan.tasks.map((task, at) => {
      const of = estimatesOf(poolOf(task.required_capabilities, sha256));
      const estimate = task.estimated_duration_ms ?? default_estimate_ms;
      const expected = new Map(
        ableFor[at]?.map(({ agent_id }) => [agent_id, meanDuration(of(agent_id, task.task_type), estimate)]),
      );
      return Float64Array.from(slots, ({ agent_id }) => {
        const ms = expected.get(agent_id);
        return ms === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.round(ms));
      });
    });
    const problem = problemOf(predecessorsOf(plan.tasks), durations, slots.length);
    return forecastRanks(problem, seededRandom(plan.plan_id), budget);
  }

  return async (plan, now) => {
    if (!mayForecast(plan.tasks.length, 1, budget)) return undefined;
    const pools = new Map(
      plan.tasks.map(({ required_capabilities: of }) => [poolOf(of, sha256), of] as [string, readonly string[]]),
    );
    if (pools.size > MAX_POOLS) return undefined;
    const swarm = await swarmFor(pools).catch(() => undefined);
    return swarm && ranksOn(plan, swarm, now);
  };
}

function predecessorsOf(tasks: readonly PlanTask[]): number[][] {
  const numbers = new Map(tasks.map(({ task_id }, at) => [task_id, at]));
  return tasks.map(({ dependencies }) => dependencies.flatMap((id) => numbers.get(id) ?? []));
}
