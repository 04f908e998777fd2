/** Time and chance, as arguments: the same core runs in Lambda, in a simulation and under a test's virtual clock. */
export interface Clock {
  /** epoch ms */
  now(): number;
  /** resolves after `ms`; only used to back off from contention */
  sleep(ms: number): Promise<void>;
  /** uniform in [0, 1) */
  random(): number;
}
