/** What a simulation is given and what it answers: times are ms, 0 being the beginning. */
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import type { SecurityLevel } from '../messages/primitives.ts';
import type { PlanSettings } from '../plan/limits.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Strategy } from '../schedule/strategy/strategy.ts';
import type { Matcher } from '../swarm/match.ts';
import type { FailureCause } from '../ticket/state.ts';

export interface SimulatedPlan {
  /** as `checkPlan` answers it; whether it may run (approval, admission) is not asked here */
  readonly plan: CognitivePlan;
  /** when it arrives, default 0; its deadline is as long after that as the plan's is after its `created_at` */
  readonly at_ms?: number;
}

/** Estimated ms that an agent works off in one ms: 2 is twice as fast as estimated. */
export type Speed = number;

export interface SimulatedAgent {
  /** unique */
  readonly agent_id: string;
  /** absent: whatever is asked for */
  readonly capabilities?: readonly string[];
  /** slots, default 1 */
  readonly capacity?: number;
  /** default 1 */
  readonly speed?: Speed;
  /** by kind of work (a task's `task_type` as its plan names it), before `speed` */
  readonly speeds?: Readonly<Record<string, Speed>>;
  /** probability that an attempt fails, default 0 */
  readonly failure?: number;
  /** at what share of its duration a failing attempt fails, default 1; near 0 it looks fast */
  readonly fails_after?: number;
  readonly location?: { readonly region: string; readonly zone?: string };
  /** default RESTRICTED: any ticket */
  readonly clearance?: SecurityLevel;
}

/**
 * What those who decide know of durations: the plans' estimates alone (`estimates`), what each attempt will take on each
 * agent (`durations`: clairvoyance, the bound of learning), or what attempts so far have shown (`learns`).
 */
export type Knowledge = 'estimates' | 'durations' | 'learns';

export interface PlanningBudget {
  /** schedules built at most, default PLANNING_SCHEDULES: what it costs, the same on every machine */
  readonly schedules?: number;
}

export interface SimulationRequest {
  readonly plans: readonly SimulatedPlan[];
  readonly agents: readonly SimulatedAgent[];
  /** a name of STRATEGIES; default the product's own */
  readonly strategy?: string;
  /** default 1 */
  readonly seed?: number;
  /** agents are tried out while they are little known; default: only where it `knows` by learning */
  readonly exploration?: boolean;
  /** default `estimates` */
  readonly knows?: Knowledge;
  /** ms that a task takes at speed 1, by plan_id and task_id; absent: its estimate, spread by `noise` */
  readonly durations?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** standard deviation of ln(duration ÷ estimate) of tasks that `durations` does not name, default 0 */
  readonly noise?: number;
  /** `online`: decided as it goes, as the product does; `planned`: a schedule searched for beforehand and then followed */
  readonly mode?: 'online' | 'planned';
  readonly budget?: PlanningBudget;
  /**
   * Online: tickets of a plan are ranked by the best of so many forecasts of the plan on these agents, made when it
   * arrives; default: as accepting a plan ranks them, within FORECAST_BUDGET. 0: by upward rank; 3: by one
   * forward-backward pass.
   */
  readonly forecasts?: number;
  /** ms between an assignment and its start on the agent, default 0 */
  readonly dispatch_ms?: number;
  /** ms between the end of the last ticket that a ticket depends on and its being ready, default 0 */
  readonly enter_ms?: number;
  /** ms that each attempt takes beyond its work, on whichever agent: it is claimed and reported; default 0 */
  readonly overhead_ms?: number;
  /** attempts of a ticket that fail are retried as the product does; default true */
  readonly retries?: boolean;
  /** attempts end at the ticket's timeout as the product ends them; default true */
  readonly timeouts?: boolean;
}

export interface SimulationDeps {
  readonly sha256: Sha256;
  readonly settings?: PlanSettings;
  /** who is next and who runs it, in place of the named strategy's */
  readonly policy?: Policy;
}

/** The decisions of a round, as the product's own rounds take them: whose turn it is, and who runs it. */
export interface Policy {
  readonly strategy: Strategy;
  /** @param explore agents are tried out while they are little known */
  readonly matcher: (explore: boolean) => Matcher;
}

/** One attempt. */
export interface SimulatedAssignment {
  readonly plan_id: string;
  readonly task_id: string;
  readonly ticket_id: string;
  readonly agent_id: string;
  /** from 1 */
  readonly attempt: number;
  /** when it could have begun */
  readonly ready_ms: number;
  readonly start_ms: number;
  readonly end_ms: number;
  /** `withdrawn`: its plan has failed, and is to be undone */
  readonly outcome: 'completed' | 'withdrawn' | FailureCause;
}

export interface SimulatedPlanResult {
  readonly plan_id: string;
  readonly arrived_ms: number;
  /** absent: it never ended, since tickets wait for agents that are not there */
  readonly ended_ms?: number;
  readonly makespan_ms?: number;
  readonly deadline_ms: number;
  /** completed by its deadline */
  readonly deadline_met: boolean;
  /** `stuck`: nobody may run what is left; undoing a failed plan is not simulated */
  readonly phase: 'completed' | 'failed' | 'stuck';
  readonly tickets: number;
  readonly completed: number;
}

export interface Spread {
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
}

export interface SimulationResult {
  readonly strategy: string;
  readonly seed: number;
  readonly mode: 'online' | 'planned';
  readonly knows: Knowledge;
  /** from the beginning to the last end of an attempt */
  readonly makespan_ms: number;
  /** no schedule on these agents is shorter, whoever decides: see `lowerBound` */
  readonly lower_bound_ms: number;
  /** longest way through any plan with each task on the fastest agent that may run it, waiting for nobody */
  readonly critical_path_ms: number;
  /** makespan ÷ lower bound − 1 */
  readonly gap_to_lower_bound: number | null;
  /** every plan was completed by its deadline, and every ticket by its own */
  readonly sla_met: boolean;
  /** share of tickets completed by their own deadline and their plan's */
  readonly sla_met_ratio: number;
  readonly tickets: number;
  /** every attempt, by its start */
  readonly assignments: readonly SimulatedAssignment[];
  /** from ready to started, of every attempt */
  readonly waits: Spread;
  /** share of its slots' time from the beginning to the end */
  readonly utilisation: { readonly total: number; readonly by_agent: Readonly<Record<string, number>> };
  readonly plans: readonly SimulatedPlanResult[];
  /** attempts that failed, and tickets that failed for good */
  readonly failures: { readonly attempts: number; readonly tickets: number };
}
