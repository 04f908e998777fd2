/** What remains of a plan, and who may do it: what its end is predicted from. Tasks, agents, kinds and pools go by their index. */
import type { Estimate } from '../trail/estimate.ts';
import type { Work } from './attempt.ts';

export interface RestTask extends Work {
  readonly task_id: string;
  /** index of its kind of work */
  readonly kind: number;
  readonly pool: number;
  readonly retries_left: number;
  /** the ceiling of the first wait after a failure, ms */
  readonly backoff_ms: number;
  readonly failures: number;
  /** those it waits for that are not done */
  readonly dependencies: readonly number[];
  /** the more, the sooner it is served where several wait: its upward rank, ms */
  readonly rank: number;
  /** ms from now before which it cannot be assigned: it backs off */
  readonly not_before_ms: number;
  /** who has it; `group` is where its slot will be free, undefined where that serves nobody any more */
  readonly running?: { readonly estimate: Estimate; readonly group?: number; readonly elapsed_ms: number };
}

/** Agents that are alike: same pools, near the same speed. */
export interface AgentGroup {
  /** slots that are free now */
  readonly free: number;
  readonly pools: readonly number[];
  /** by kind of work */
  readonly estimates: readonly Estimate[];
}

export interface Rest {
  readonly tasks: readonly RestTask[];
  readonly groups: readonly AgentGroup[];
  readonly pools: number;
  readonly kinds: number;
  /** ms from a ticket's readiness, or a slot's, until the agent begins */
  readonly handover_ms: number;
}

/** One way it may go. */
export interface Sample {
  /** ms from now until all is done; Infinity where it is not */
  readonly end_ms: number;
  /** tasks on which that hung: each began when the next one in the list ended; or the one that failed or could not run */
  readonly hung_on: readonly number[];
}
