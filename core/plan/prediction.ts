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
