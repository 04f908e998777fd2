/** The strategies by name, and why one follows another. */
export const STRATEGIES = ['round-robin', 'weighted-fair', 'critical-first'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** `budget`: of errors; `override_ended`: the time that an operator gave it is over */
export const STRATEGY_CAUSES = ['budget', 'operator', 'override_ended'] as const;
export type StrategyCause = (typeof STRATEGY_CAUSES)[number];
