import { isPlanLive, type PlanState } from './state.ts';

/** How a plan is expected to end, as it was predicted at one moment. */
export interface PlanPrediction {
  /** 0–1: that it is completed by its deadline */
  readonly probability: number;
  /** epoch ms by which it is completed in half of the cases; absent where it is not completed in half of them */
  readonly p50_at?: number;
  /** epoch ms, as above, in nine of ten */
  readonly p90_at?: number;
  /** epoch ms: the plan's, at that time */
  readonly deadline: number;
}

/** The last prediction, as long as it is about what happens: not of a plan that halted, is undone, or has another deadline. */
export const standingPrediction = (
  state: PlanState,
  last: PlanPrediction | undefined,
): { readonly prediction?: PlanPrediction } =>
  last !== undefined && isPlanLive(state) && last.deadline === state.deadline ? { prediction: last } : {};
