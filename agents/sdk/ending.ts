/** How an attempt ended for this agent. */
export type Ending =
  | { kind: 'reported'; status: 'COMPLETED' | 'FAILED' }
  /** The API itself refused the claim, or the report, for good: not ours, finished, unknown. */
  | { kind: 'refused'; code: string }
  /** Lost to somebody else while it ran. */
  | { kind: 'lost'; code: string }
  /** The API could not be reached in time: before the claim (may be taken up again) or when reporting. */
  | { kind: 'unclaimed'; code: string }
  | { kind: 'unreported'; code: string };
